using BertMLNet.Export;
using BertMLNet.Export.Onnx;
using BertMLNet.Export.Tests;
using BertMLNet.Modeling;
using BertMLNet.TestKit;
using BertMLNet.Tokenization;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace BertMLNet.TextGraphs.Tests;

/// <summary>Graphs with the tokenizer inside give what the same graph gives for the ids of our own tokenizer.</summary>
public sealed class TextGraphTests
{
    private static readonly string[] Words = ["a", "b", "bb", "Cat", "dogs", "on", "mat!", "W3", "w4,w5", "Ä", "中", "zzz"];

    [Theory]
    [InlineData(GraphPrecision.Single, GraphOperators.Standard)]
    [InlineData(GraphPrecision.Single, GraphOperators.Fused)]
    [InlineData(GraphPrecision.Half, GraphOperators.Standard)]
    [InlineData(GraphPrecision.Int8, GraphOperators.Standard)]
    public void Texts_give_what_their_ids_give(GraphPrecision precision, GraphOperators operators)
    {
        using var folder = new TemporaryFolder();
        ParameterSet parameters = GoldenModels.Load(new GoldenFiles("pair-gelu"));
        WordPieceTokenizer tokenizer = SmallTokenizer.Create();
        var options = new ExportOptions { Precision = precision, Operators = operators };
        OnnxExporter.Export(parameters, folder["ids.onnx"], options);
        OnnxExporter.Export(parameters, folder["texts.onnx"], options with { Inputs = new PairTexts(tokenizer) });
        (string[] first, string[] second) = RandomPairs(rows: 60);

        using var graph = new TextGraph(folder["texts.onnx"]);
        (float[] logits, long[] classIds, string[] classes) = graph.Run(first, second);

        using var ids = new GraphVerifier(folder["ids.onnx"]);
        int[] lengths = new int[first.Length];
        var tokens = new List<int>();
        var types = new List<int>();
        for (int row = 0; row < first.Length; row++)
        {
            Encoding encoding = tokenizer.Encode(first[row], second[row], new EncodeOptions { MaxLength = parameters.Config.MaxPositionEmbeddings });
            lengths[row] = encoding.Ids.Length;
            tokens.AddRange(encoding.Ids);
            types.AddRange(encoding.TypeIds);
        }
        Assert.Equal(parameters.Config.MaxPositionEmbeddings, lengths.Max());
        Assert.True(lengths.Distinct().Count() > 10);
        float[] expected = ids.Run(lengths, [.. tokens], [.. types])[TensorNames.Logits];
        Assert.InRange(GraphVerifier.LargestDifference(logits, expected), 0f, 1e-5f);
        for (int row = 0; row < first.Length; row++)
        {
            int best = logits[2 * row + 1] > logits[2 * row] ? 1 : 0;
            Assert.Equal((best, $"label {best}"), (classIds[row], classes[row]));
        }
        Assert.Equal(2, classes.Distinct().Count());
    }

    /// <summary>Every way to shorten a pair: both texts of all lengths around the longest sequence.</summary>
    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    public void The_longer_text_is_shortened_first(int longest)
    {
        WordPieceTokenizer tokenizer = SmallTokenizer.Create();
        var rows = (from a in Enumerable.Range(0, 9) from b in Enumerable.Range(0, 9) select (Text("cat", a), Text("dog", b))).ToArray();

        int[][] actual = Ids(tokenizer, new BertConfig { VocabSize = SmallTokenizer.Count, MaxPositionEmbeddings = longest }, rows);

        for (int row = 0; row < rows.Length; row++)
            Assert.Equal(tokenizer.Encode(rows[row].Item1, rows[row].Item2, new EncodeOptions { MaxLength = longest }).Ids, actual[row]);

        static string Text(string word, int count) => string.Join(' ', Enumerable.Repeat(word, count));
    }

    [Fact]
    public void Real_pairs_get_the_same_ids()
    {
        WordPieceTokenizer tokenizer = WordPieceTokenizer.Load(SharedData.PathOf("vocab", "bert-base-uncased"));
        var rows = File.ReadLines(SharedData.PathOf("data", "mrpc", "dev.tsv")).Skip(1).Select(line => line.Split('\t')).Select(fields => (fields[3], fields[4])).ToArray();

        int[][] actual = Ids(tokenizer, new BertConfig { VocabSize = tokenizer.Vocabulary.Count }, rows);

        Assert.Equal(408, rows.Length);
        int[] different = [.. Enumerable.Range(0, rows.Length).Where(row => !tokenizer.Encode(rows[row].Item1, rows[row].Item2).Ids.SequenceEqual(actual[row]))];
        Assert.Empty(different);
    }

    [Theory]
    [InlineData("catz", "[UNK]", "cat [UNK]")]
    [InlineData("a [SEP] b", "a [SEP] b", "a [UNK] [UNK] [UNK] b")]
    [InlineData("Ā", "a", "[UNK]")]
    public void What_the_operator_does_otherwise_is_known(string text, string ours, string operators)
    {
        WordPieceTokenizer tokenizer = SmallTokenizer.Create();

        int[] actual = Ids(tokenizer, new BertConfig { VocabSize = SmallTokenizer.Count }, [(text, "a")])[0];

        Assert.Equal(Sequence(ours), Tokens(tokenizer.Encode(text, "a").Ids));
        Assert.Equal(Sequence(operators), Tokens(actual));

        static string Sequence(string tokens) => $"[CLS] {tokens} [SEP] a [SEP]";
        string Tokens(IEnumerable<int> ids) => string.Join(' ', ids.Select(id => tokenizer.Vocabulary[id]));
    }

    [Fact]
    public void Kinds_of_text_that_the_operator_takes_otherwise_are_found()
    {
        WordPieceTokenizer tokenizer = WordPieceTokenizer.Load(Path.Combine(Repository.Root, "models", "bertmlnet-mini-en"));

        IReadOnlyList<string> kinds = TokenizerCheck.Differences(tokenizer, new BertConfig { VocabSize = tokenizer.Vocabulary.Count });

        // docs/file-formats.md lists them; what is not listed is alike.
        foreach (string alike in new[] { "words", "symbols", "long words", "Chinese characters" })
            Assert.DoesNotContain(alike, kinds);
        foreach (string differs in new[]
        {
            "accents", "capitals beyond Latin", "punctuation of other scripts", "the character NUL",
            "format characters and private use", "line and paragraph separators", "words that are known in part", "the token [SEP] in a text",
        })
        {
            Assert.Contains(differs, kinds);
        }
    }

    [Fact]
    public void The_file_names_every_operator_set_it_needs()
    {
        using var folder = new TemporaryFolder();
        OnnxExporter.Export(GoldenModels.Load(new GoldenFiles("pair-gelu")), folder["model.onnx"], new() { Inputs = new PairTexts(SmallTokenizer.Create()), Operators = GraphOperators.Fused });
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder["model.onnx"]));
        Assert.Equal(["", "ai.onnx.contrib", "com.microsoft"], model.OpsetImport.Select(opset => opset.Domain));
        Assert.Equal(["sentence1", "sentence2"], model.Graph.Input.Select(input => input.Name));
        Assert.Equal(["logits", "class_id", "class"], model.Graph.Output.Select(output => output.Name));
    }

    [Fact]
    public void A_written_model_is_what_protocol_buffers_write()
    {
        byte[] model = OnnxModelWriter.ToBytes(
            OnnxExporter.Build(GoldenModels.Load(new GoldenFiles("pair-gelu")), new() { Inputs = new PairTexts(SmallTokenizer.Create()) }));
        Assert.Equal(ModelProto.Parser.ParseFrom(model).ToByteArray(), model);
    }

    [Fact]
    public void Tokenizers_that_the_operator_cannot_be_are_refused()
    {
        ParameterSet parameters = GoldenModels.Load(new GoldenFiles("pair-gelu"));
        Assert.Contains("20 characters", Refusal(SmallTokenizer.Create(new() { MaxInputCharsPerWord = 20 })), StringComparison.Ordinal);
        Assert.Contains("not cleaned", Refusal(SmallTokenizer.Create(normalizer: new BertNormalizer { CleanText = false })), StringComparison.Ordinal);
        Assert.Contains("'cat'", Refusal(SmallTokenizer.Create(new() { AddedTokens = [new AddedToken("cat", 9)] })), StringComparison.Ordinal);
        var larger = new WordPieceTokenizer(new Vocabulary([.. SmallTokenizer.Create().Vocabulary.Tokens, "more"]));
        Assert.Contains("51 tokens, the model 50", Refusal(larger), StringComparison.Ordinal);

        string Refusal(WordPieceTokenizer tokenizer) =>
            Assert.Throws<BertMLNetException>(() => OnnxExporter.Build(parameters, new() { Inputs = new PairTexts(tokenizer) })).Message;
    }

    [Fact]
    public void Only_pair_classifiers_take_texts()
    {
        ParameterSet parameters = GoldenModels.Load(new GoldenFiles("qa-gelu"));
        var exception = Assert.Throws<BertMLNetException>(() => OnnxExporter.Build(parameters, new() { Inputs = new PairTexts(SmallTokenizer.Create()) }));
        Assert.Contains("QuestionAnswering", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_graph_of_ids_is_refused_by_its_inputs()
    {
        using var folder = new TemporaryFolder();
        OnnxExporter.Export(GoldenModels.Load(new GoldenFiles("pair-gelu")), folder["model.onnx"]);
        Assert.Contains("input_ids", Assert.Throws<BertMLNetException>(() => new TextGraph(folder["model.onnx"])).Message, StringComparison.Ordinal);
        File.WriteAllText(folder["model.onnx"], "no graph");
        Assert.Contains("not an ONNX model", Assert.Throws<BertMLNetException>(() => new TextGraph(folder["model.onnx"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_that_are_not_pairs_are_refused()
    {
        using var folder = new TemporaryFolder();
        OnnxExporter.Export(GoldenModels.Load(new GoldenFiles("pair-gelu")), folder["model.onnx"], new() { Inputs = new PairTexts(SmallTokenizer.Create()) });
        using var graph = new TextGraph(folder["model.onnx"]);
        Assert.Throws<ArgumentException>(() => graph.Run(["a"], ["b", "a"]));
        Assert.Throws<ArgumentException>(() => graph.Run([], []));
    }

    [Fact]
    public void A_missing_library_is_named()
    {
        var exception = Assert.Throws<BertMLNetException>(() => ExtensionOperators.Register(() => throw new DllNotFoundException("ortextensions")));
        Assert.Contains("Microsoft.ML.OnnxRuntime.Extensions", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>The ids that the tokenizer inside a graph gives, without padding.</summary>
    private static int[][] Ids(WordPieceTokenizer tokenizer, BertConfig config, (string First, string Second)[] rows)
    {
        var graph = new GraphBuilder();
        PaddedSequences sequences = PairTexts.AddInputs(graph, tokenizer, config);
        graph.Output("ids", sequences.InputIds);
        graph.Output("mask", sequences.AttentionMask);
        using var options = new SessionOptions();
        ExtensionOperators.Register(options);
        using var session = new InferenceSession(OnnxModelWriter.ToBytes(graph), options);
        using OrtValue first = OrtValue.CreateFromStringTensor(new Microsoft.ML.OnnxRuntime.Tensors.DenseTensor<string>(rows.Select(row => row.First).ToArray(), [rows.Length]));
        using OrtValue second = OrtValue.CreateFromStringTensor(new Microsoft.ML.OnnxRuntime.Tensors.DenseTensor<string>(rows.Select(row => row.Second).ToArray(), [rows.Length]));
        using var run = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(
            run, new Dictionary<string, OrtValue> { ["sentence1"] = first, ["sentence2"] = second }, ["ids", "mask"]);
        long[] ids = results[0].GetTensorDataAsSpan<long>().ToArray(), mask = results[1].GetTensorDataAsSpan<long>().ToArray();
        int columns = ids.Length / rows.Length;
        return [.. Enumerable.Range(0, rows.Length).Select(row => Enumerable.Range(row * columns, columns).Where(i => mask[i] == 1).Select(i => (int)ids[i]).ToArray())];
    }

    private static (string[] First, string[] Second) RandomPairs(int rows)
    {
        var random = new Random(5);
        return (Texts(), Texts());

        string[] Texts() => [.. Enumerable.Range(0, rows).Select(_ => string.Join(' ', random.GetItems(Words, random.Next(0, 30))))];
    }
}
