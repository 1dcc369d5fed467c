using BertMLNet.Modeling;
using BertMLNet.TestKit;

namespace BertMLNet.Export.Tests;

/// <summary>What the fused graph does differently at some sizes changes nothing; the standard graph, which PyTorch vouches for, is the oracle.</summary>
public sealed class FusedGraphTests
{
    private static readonly int[] Lengths = [9, 4, 7];

    [Theory]
    // Widths that are padded and widths that are not, for every activation that is the graph's or a fused operator's own.
    [InlineData(16, 1024, Activation.Gelu, false)]
    [InlineData(16, 1024, Activation.Gelu, true)]
    [InlineData(16, 2048, Activation.GeluTanh, false)]
    [InlineData(16, 1024, Activation.Relu, true)]
    [InlineData(16, 1024, Activation.Silu, false)]
    [InlineData(16, 1024, Activation.Tanh, false)]
    [InlineData(16, 1040, Activation.Gelu, false)]
    // Sizes whose heads are projected together.
    [InlineData(272, 64, Activation.Gelu, false)]
    [InlineData(272, 64, Activation.Gelu, true)]
    [InlineData(320, 1024, Activation.Gelu, false)]
    public void Logits_equal_the_standard_graphs(int hidden, int intermediate, Activation activation, bool answers)
    {
        using var folder = new TemporaryFolder();
        ParameterSet parameters = Model(hidden, intermediate, activation, answers ? Heads.Questions : Heads.Classes);
        OnnxExporter.Export(parameters, folder["standard.onnx"]);
        OnnxExporter.Export(parameters, folder["fused.onnx"], new() { Operators = GraphOperators.Fused });

        float[] expected = Logits(folder["standard.onnx"]), actual = Logits(folder["fused.onnx"]);

        Assert.InRange(GraphVerifier.LargestDifference(actual, expected), 0f, 2e-5f);
        Assert.True(expected.Max() - expected.Min() > 0.1f, "logits that hardly differ show nothing");
    }

    [Theory]
    [InlineData(1024, 1040)]
    [InlineData(3072, 3088)]
    [InlineData(512, 512)]
    [InlineData(1040, 1040)]
    public void Rows_of_the_feed_forward_never_fill_whole_pages(int intermediate, int width)
    {
        GraphBuilder graph = OnnxExporter.Build(Model(16, intermediate, Activation.Gelu, Heads.Questions), new() { Operators = GraphOperators.Fused });
        Assert.All(graph.Nodes.Where(node => node.OperatorType == "Gelu"), node => Assert.Equal(width, node.Outputs[0].Shape[^1].Size));
    }

    [Theory]
    [InlineData(256, "Attention")]
    [InlineData(272, "MultiHeadAttention")]
    public void Attention_is_the_operator_that_is_faster_at_its_size(int hidden, string operatorType)
    {
        GraphBuilder graph = OnnxExporter.Build(Model(hidden, 64, Activation.Gelu, Heads.Questions), new() { Operators = GraphOperators.Fused });
        Assert.Equal([operatorType, operatorType], graph.Nodes.Select(node => node.OperatorType).Where(type => type.EndsWith("Attention", StringComparison.Ordinal)));
    }

    private static ParameterSet Model(int hidden, int intermediate, Activation activation, Head head)
    {
        var config = new BertConfig
        {
            VocabSize = 60,
            HiddenSize = hidden,
            NumHiddenLayers = 2,
            NumAttentionHeads = 4,
            IntermediateSize = intermediate,
            MaxPositionEmbeddings = 16,
            HiddenAct = activation,
            InitializerRange = 0.1f,
        };
        ParameterSet parameters = ParameterSet.Initialize(config, head, seed: 5);
        // Biases begin as zeros, which would hide one that is lost.
        var random = new Random(6);
        foreach (ParameterSpec spec in parameters.Specs.Where(spec => spec.Name.EndsWith(".bias", StringComparison.Ordinal)))
        {
            foreach (ref float value in parameters[spec.Name].AsSpan())
                value = random.NextSingle() - 0.5f;
        }
        return parameters;
    }

    private static float[] Logits(string graph)
    {
        var random = new Random(7);
        int tokens = Lengths.Sum();
        int[] ids = [.. Enumerable.Range(0, tokens).Select(_ => random.Next(60))];
        int[] types = [.. Enumerable.Range(0, tokens).Select(_ => random.Next(2))];
        using var verifier = new GraphVerifier(graph);
        return GoldenModels.Packed(verifier.Run(Lengths, ids, types), Lengths);
    }
}
