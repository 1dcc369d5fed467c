using BertMLNet.Export;
using BertMLNet.Modeling;
using BertMLNet.TestKit;

namespace BertMLNet.Training.Tests;

/// <summary>What an exported graph gives is what the engine gives, for every head that has both.</summary>
public sealed class HeadGraphTests
{
    private static readonly BertConfig Config = new()
    {
        VocabSize = 60, HiddenSize = 16, NumHiddenLayers = 2, NumAttentionHeads = 2, IntermediateSize = 32,
        MaxPositionEmbeddings = 24, InitializerRange = 0.2f, Labels = ["a"],
    };

    public static TheoryData<string> Names =>
        [.. Heads.All.Where(head => OnnxExporter.HasGraph(head) && head.Branches[0].Loss is not null).Select(head => head.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Named_outputs_are_those_of_the_graph(string name)
    {
        Head head = Heads.All.Single(head => string.Equals(head.Name, name));
        ParameterSet parameters = ParameterSet.Initialize(Config, head, seed: 3);
        using var folder = new TemporaryFolder();
        OnnxExporter.Export(parameters, folder["model.onnx"]);
        using var graph = new GraphVerifier(folder["model.onnx"]);
        using var engine = new OnnxRuntimeEngine(parameters, new OptimizerOptions([]));
        // Sequences of one length, so that the graph has no padding.
        int[] lengths = [7, 7], ids = [.. Enumerable.Range(0, 14).Select(i => (i * 13) % 60)], types = [.. ids.Select(id => id % 2)];

        var batch = new PackedBatch { Lengths = lengths, InputIds = ids, TokenTypeIds = types };

        IReadOnlyDictionary<string, float[]> actual = engine.Forward(batch), expected = graph.Run(lengths, ids, types);

        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        Assert.All(expected, output => Assert.InRange(GraphVerifier.LargestDifference(actual[output.Key], output.Value), 0f, 1e-5f));
    }

    /// <summary>The graph's oracle is PyTorch; the engine, whose tokens lie otherwise, is what verifies an export.</summary>
    [Theory]
    [InlineData(Pooling.Mean, true)]
    [InlineData(Pooling.Cls, false)]
    [InlineData(Pooling.Max, false)]
    [InlineData(Pooling.MeanSqrtLength, false)]
    [InlineData(Pooling.Pooler, true)]
    public void Vectors_of_a_packed_batch_are_those_of_the_graph(Pooling pooling, bool normalize)
    {
        ParameterSet parameters = ParameterSet.Initialize(Config, Heads.Embedding(pooling, normalize), seed: 3);
        using var folder = new TemporaryFolder();
        OnnxExporter.Export(parameters, folder["model.onnx"]);
        using var graph = new GraphVerifier(folder["model.onnx"]);
        using var engine = new OnnxRuntimeEngine(parameters, new OptimizerOptions([]));
        int[] lengths = [3, 9, 2], ids = [.. Enumerable.Range(0, 14).Select(i => (i * 13) % 60)], types = new int[14];

        float[] actual = engine.Forward(new PackedBatch { Lengths = lengths, InputIds = ids, TokenTypeIds = types })[TensorNames.SentenceEmbedding];

        Assert.InRange(GraphVerifier.LargestDifference(actual, graph.Run(lengths, ids, types)[TensorNames.SentenceEmbedding]), 0f, 1e-5f);
    }
}
