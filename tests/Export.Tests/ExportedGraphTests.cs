using BertMLNet.Modeling;
using System.Globalization;
using BertMLNet.Export.Onnx;
using BertMLNet.TestKit;

namespace BertMLNet.Export.Tests;

/// <summary>PyTorch is the oracle of exported graphs: standard and fused operators, both naming schemes.</summary>
public sealed class ExportedGraphTests
{
    public static TheoryData<string, GraphOperators, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, GraphOperators, bool>();
            foreach (string name in GoldenFiles.Names.Where(name => name.Split('-')[0] is "pair" or "value" or "labels" or "qa" or "tokens"))
            {
                cases.Add(name, GraphOperators.Standard, false);
                cases.Add(name, GraphOperators.Standard, true);
                cases.Add(name, GraphOperators.Fused, false);
                cases.Add(name, GraphOperators.Fused, true);
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Logits_equal_PyTorchs(string name, GraphOperators operators, bool tensorFlowNames)
    {
        var golden = new GoldenFiles(name);
        using var folder = new TemporaryFolder();
        ExportOptions options = new()
        {
            Operators = operators,
            Names = tensorFlowNames ? TensorNames.TensorFlow : TensorNames.HuggingFace,
        };
        OnnxExporter.Export(GoldenModels.Load(golden), folder["model.onnx"], options);

        using var verifier = new GraphVerifier(folder["model.onnx"], options.Names);
        IReadOnlyDictionary<string, float[]> outputs = verifier.Run(golden.Lengths, golden.InputIds, golden.TokenTypeIds);
        float[] expected = Array.ConvertAll(golden.Logits, value => (float)value);
        float[] actual = GoldenModels.Packed(outputs, golden.Lengths);
        Assert.InRange(GraphVerifier.LargestDifference(actual, expected), 0f, 1e-4f);
    }

    /// <summary>Cultures differ in their minus sign: Swedish has U+2212.</summary>
    [Theory]
    [InlineData(GraphOperators.Standard)]
    [InlineData(GraphOperators.Fused)]
    public void A_graph_is_the_same_in_every_culture(GraphOperators operators)
    {
        using var folder = new TemporaryFolder();
        byte[] expected = Export("here.onnx");
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NegativeSign = "\u2212" } };
            Assert.Equal(expected, Export("there.onnx"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        byte[] Export(string name)
        {
            OnnxExporter.Export(GoldenModels.Load(new GoldenFiles("qa-gelu")), folder[name], new() { Operators = operators });
            return File.ReadAllBytes(folder[name]);
        }
    }

    /// <summary>What rounding to 11 bits, or to 8 with one scale a row, may move the logits of these models by.</summary>
    [Theory]
    [InlineData("pair-gelu", GraphPrecision.Half, 0.02f)]
    [InlineData("qa-relu-sinusoidal", GraphPrecision.Half, 0.02f)]
    [InlineData("pair-distilbert", GraphPrecision.Half, 0.02f)]
    [InlineData("pair-electra", GraphPrecision.Half, 0.02f)]
    [InlineData("pair-distilbert", GraphPrecision.Int8, 0.4f)]
    [InlineData("pair-electra", GraphPrecision.Int8, 0.4f)]
    [InlineData("tokens-gelu", GraphPrecision.Half, 0.02f)]
    [InlineData("pair-gelu", GraphPrecision.Int8, 0.4f)]
    [InlineData("tokens-gelu", GraphPrecision.Int8, 0.4f)]
    [InlineData("pair-gelu-tanh-sinusoidal", GraphPrecision.Int8, 0.4f)]
    [InlineData("qa-gelu", GraphPrecision.Int8, 0.4f)]
    public void Rounded_graphs_stay_close(string name, GraphPrecision precision, float allowed)
    {
        var golden = new GoldenFiles(name);
        using var folder = new TemporaryFolder();
        OnnxExporter.Export(GoldenModels.Load(golden), folder["model.onnx"], new() { Precision = precision });
        using var verifier = new GraphVerifier(folder["model.onnx"]);
        IReadOnlyDictionary<string, float[]> outputs = verifier.Run(golden.Lengths, golden.InputIds, golden.TokenTypeIds);
        float[] actual = GoldenModels.Packed(outputs, golden.Lengths);
        float difference = GraphVerifier.LargestDifference(actual, Array.ConvertAll(golden.Logits, value => (float)value));
        Assert.InRange(difference, 1e-6f, allowed);
    }

    [Fact]
    public void Quantized_rows_are_within_half_a_step()
    {
        var random = new Random(3);
        float[] matrix = [.. Enumerable.Range(0, 7 * 50).Select(_ => random.NextSingle() - 0.5f)];
        matrix.AsSpan(100, 50).Clear();
        (sbyte[] plain, float[] scales) = RowQuantizer.Quantize(matrix, 7, 50, product: false);
        for (int i = 0; i < matrix.Length; i++)
        {
            int row = i / 50;
            Assert.Equal(matrix[i], plain[i] * scales[row], scales[row] * 0.5001f);
        }
    }

    [Fact]
    public void A_standard_graph_uses_ONNX_operators_of_opset_17_only()
    {
        using var folder = new TemporaryFolder();
        OnnxExporter.Export(GoldenModels.Load(new GoldenFiles("pair-gelu")), folder["model.onnx"]);
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder["model.onnx"]));
        Assert.Equal(8, model.IrVersion);
        OperatorSetIdProto opset = Assert.Single(model.OpsetImport);
        Assert.Equal(("", 17L), (opset.Domain, opset.Version));
        Assert.All(model.Graph.Node, node => Assert.Equal("", node.Domain));
    }

    [Fact]
    public void A_fused_graph_is_made_of_fused_operators()
    {
        GraphBuilder graph = OnnxExporter.Build(GoldenModels.Load(new GoldenFiles("qa-gelu")), new() { Operators = GraphOperators.Fused });
        Dictionary<string, int> operators = graph.Nodes.CountBy(node => node.OperatorType).ToDictionary();
        Assert.Equal(2, operators["Attention"]);
        Assert.Equal(4, operators["SkipLayerNormalization"]);
        Assert.Equal(2, operators["Gelu"]);
        Assert.Equal(1, operators["EmbedLayerNormalization"]);
        Assert.DoesNotContain("Softmax", operators.Keys);
    }

    [Fact]
    public void Inputs_and_outputs_have_free_batch_and_sequence()
    {
        GraphBuilder graph = OnnxExporter.Build(GoldenModels.Load(new GoldenFiles("qa-gelu")), new());
        Assert.Equal(["input_ids", "attention_mask", "token_type_ids"], graph.Inputs.Select(input => input.Name));
        Assert.Equal(["start_logits", "end_logits"], graph.Outputs.Select(output => output.Name));
        Assert.All(graph.Inputs.Concat(graph.Outputs), value => Assert.Equal(["batch", "sequence"], value.Shape.Select(dimension => dimension.Symbol)));
    }
}
