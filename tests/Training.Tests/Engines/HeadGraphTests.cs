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
}
