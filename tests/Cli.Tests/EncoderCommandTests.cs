using System.Text.Json;
using BertMLNet.Modeling;
using BertMLNet.TestKit;

namespace BertMLNet.Cli.Tests;

/// <summary>DistilBERT and ELECTRA through the whole way that a BERT goes: trained, exported, scored, imported again.</summary>
public sealed class EncoderCommandTests(TinyModel model) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> OtherEncoders => [.. Encoders.All.Where(encoder => encoder != Encoders.Bert).Select(encoder => encoder.ModelType)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(OtherEncoders))]
    public async Task A_model_is_trained_exported_scored_and_imported_under_its_own_name(string type)
    {
        EncoderVariant encoder = Encoders.All.Single(encoder => encoder.ModelType == type);
        BertConfig config = new ModelFolder(model.Start).LoadConfig() with
        {
            Encoder = encoder,
            EmbeddingSize = encoder == Encoders.Electra ? 8 : 0,
            TypeVocabSize = encoder.HasTokenTypes ? 2 : 0,
        };
        TinyModel.Copy(model.Start, _folder["start"]);
        config.Save(new ModelFolder(_folder["start"]).ConfigPath, Heads.Classes);
        string trained = _folder["trained"];

        await CliRun.Succeeds("train", "--task", "pair", "--model", _folder["start"], "--from-scratch", "--train", model.Pairs, "--epochs", "1", "--output", trained);
        await CliRun.Succeeds("export", "--model", trained, "--precision", "fp16", "--verify");
        await CliRun.Succeeds("export", "--model", trained, "--precision", "int8", "--verify");
        await CliRun.Succeeds("import", "--from", trained, "--output", _folder["imported"]);
        await CliRun.Succeeds("import", "--from", new ModelFolder(trained).OnnxPath, "--output", _folder["from-graph"]);

        JsonElement written = JsonElement.Parse(File.ReadAllText(new ModelFolder(trained).ConfigPath));
        Assert.Equal(type, written.GetProperty("model_type").GetString());
        Assert.Equal(encoder.ClassOf(Heads.Classes), written.GetProperty("architectures")[0].GetString());
        string[] inputs = encoder.HasTokenTypes ? ["input_ids", "attention_mask", "token_type_ids"] : ["input_ids", "attention_mask"];
        foreach (string graph in new ModelFolder(trained).GraphPaths.Where(File.Exists))
            Assert.Equal(inputs, GraphSummary.Read(graph).Inputs.Select(input => input.Name));
        string[] scores = await Score(trained);
        Assert.True(scores.Distinct().Count() > 10);
        Assert.Equal(scores, await Score(_folder["imported"]));
        Assert.Equal(scores, await Score(_folder["from-graph"]));
        Assert.Equal(
            File.ReadAllBytes(new ModelFolder(trained).WeightsPath), File.ReadAllBytes(new ModelFolder(_folder["imported"]).WeightsPath));
        await CliRun.Succeeds("score", "--model", trained, "--graph", "onnx/model_quantized.onnx", "--input", model.Pairs);
    }

    [Fact]
    public async Task A_model_of_another_encoder_has_no_head_for_pre_training()
    {
        File.WriteAllText(_folder["corpus.txt"], string.Concat(Enumerable.Range(0, 40).Select(i => $"a text of some words {i}.\nand another one.\n\n")));
        TinyModel.Copy(model.Start, _folder["start"]);
        BertConfig config = new ModelFolder(model.Start).LoadConfig() with { Encoder = Encoders.DistilBert, TypeVocabSize = 0 };
        config.Save(new ModelFolder(_folder["start"]).ConfigPath, Heads.MaskedTokens);

        await CliRun.Fails(
            ["pretrain", "--model", _folder["start"], "--from-scratch", "--text", _folder["corpus.txt"], "--sentence-task", "next-sentence", "--output", _folder["out"]],
            "A DistilBERT model has no head PreTraining");
    }

    private async Task<string[]> Score(string folder) => (await CliRun.Succeeds("score", "--model", folder, "--input", model.Pairs)).OutputLines;
}
