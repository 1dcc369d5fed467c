using System.Globalization;
using BertMLNet.Export;
using BertMLNet.Modeling;
using BertMLNet.TestKit;
using BertMLNet.Tokenization;

namespace BertMLNet.Tests;

/// <summary>A model folder with a small random BERT, whose scores depend strongly on the words.</summary>
internal sealed class TinyModel : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private TinyModel(BertConfig config, Head head, GraphOperators operators)
    {
        Parameters = ParameterSet.Initialize(config, head, seed: 7);
        Folder = new ModelFolder(_folder["model"]);
        Folder.Save(Parameters);
        new WordPieceTokenizer(new Vocabulary(Words(config.VocabSize))).Save(Folder.FolderPath);
        OnnxExporter.Export(
            Parameters, operators == GraphOperators.Fused ? Folder.OptimizedOnnxPath : Folder.OnnxPath, new ExportOptions { Operators = operators });
    }

    public ParameterSet Parameters { get; }

    public ModelFolder Folder { get; }

    public string Path => Folder.FolderPath;

    public static TinyModel Pairs(
        GraphOperators operators = GraphOperators.Standard, IReadOnlyList<string>? labels = null, int vocabulary = 200, int width = 16, int textTypes = 2) =>
        new(Config(vocabulary, width) with { Labels = labels ?? ["different", "same"], TypeVocabSize = textTypes }, Heads.Classes, operators);

    /// <summary>A model that gives values, which its labels name.</summary>
    public static TinyModel Values(IReadOnlyList<string> labels) => new(Config(200, 16) with { Labels = labels }, Heads.Value, GraphOperators.Standard);

    /// <summary>A model of any number of labels, with the thresholds that its folder keeps.</summary>
    public static TinyModel Labels(IReadOnlyList<string> labels, params IReadOnlyList<float> thresholds) => new(
        Config(200, 16) with { Labels = labels, Classification = new ClassificationSettings { Thresholds = thresholds is [] ? null : thresholds } },
        Heads.Labels,
        GraphOperators.Standard);

    public static TinyModel Questions(int textTypes = 2) => new(Config(200, 16) with { TypeVocabSize = textTypes }, Heads.Questions, GraphOperators.Standard);

    /// <summary>A model that finds two types of entities; words such as <c>w1ab</c> are several tokens.</summary>
    public static TinyModel Entities() =>
        new(Config(200, 16) with { Labels = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"] }, Heads.Tokens, GraphOperators.Standard);

    /// <summary>
    /// A model that makes vectors of the first 12 tokens of a text, with the files of sentence-transformers, which knows two prompts.
    /// </summary>
    public static TinyModel Embeddings(bool normalize = false, string? defaultPrompt = null, bool poolsPrompt = true, int width = 16)
    {
        var model = new TinyModel(Config(200, width), Heads.Embedding(Pooling.Mean, normalize), GraphOperators.Standard);
        Directory.CreateDirectory(System.IO.Path.Combine(model.Path, "1_Pooling"));
        string[] modules = [.. ((string[])["Transformer", "Pooling", "Normalize"]).Take(normalize ? 3 : 2).Select((name, i) =>
            $$"""{"path": "{{(i == 0 ? "" : $"{i}_{name}")}}", "type": "sentence_transformers.models.{{name}}"}""")];
        Write("modules.json", $"[{string.Join(", ", modules)}]");
        Write("1_Pooling/config.json", $$"""{"pooling_mode_mean_tokens": true, "include_prompt": {{(poolsPrompt ? "true" : "false")}}}""");
        Write("sentence_bert_config.json", """{"max_seq_length": 12}""");
        string standard = defaultPrompt is null ? "null" : $"\"{defaultPrompt}\"";
        Write(
            "config_sentence_transformers.json",
            $$"""{"prompts": {"query": "w1 ", "passage": "w2 "}, "default_prompt_name": {{standard}}}""");
        return model;

        void Write(string file, string text) => File.WriteAllText(System.IO.Path.Combine(model.Path, file), text);
    }

    /// <summary>Sentences of the model's words, 0 to <paramref name="longest"/> of them.</summary>
    public static string[] Sentences(int count, int seed, int longest = 20)
    {
        var random = new Random(seed);
        string Sentence() => string.Join(' ', Enumerable.Range(0, random.Next(longest + 1)).Select(_ => Word(random.Next(190))));
        return [.. Enumerable.Range(0, count).Select(_ => Sentence())];
    }

    public static string Word(int index) => "w" + index.ToString(CultureInfo.InvariantCulture);

    public void Dispose() => _folder.Dispose();

    private static BertConfig Config(int vocabulary, int width) => new()
    {
        VocabSize = vocabulary,
        HiddenSize = width,
        NumHiddenLayers = 2,
        NumAttentionHeads = 2,
        IntermediateSize = 2 * width,
        MaxPositionEmbeddings = 64,
        InitializerRange = 0.4f,
    };

    private static IEnumerable<string> Words(int count) =>
        ((string[])["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
            .Concat(Enumerable.Range(0, count - 7).Select(Word)).Concat(["##a", "##b"]);
}
