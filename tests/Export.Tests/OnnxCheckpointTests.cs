using BertMLNet.Export.Onnx;
using BertMLNet.Modeling;
using BertMLNet.TestKit;
using Google.Protobuf;

namespace BertMLNet.Export.Tests;

/// <summary>Weights come back out of graphs as they went in, whoever exported them and whatever the constants are called.</summary>
public sealed class OnnxCheckpointTests
{
    [Theory]
    [InlineData("pair-gelu")]
    [InlineData("pair-gelu-tanh-sinusoidal")]
    [InlineData("pair-tanh")]
    [InlineData("qa-relu-sinusoidal")]
    public void Our_own_graphs_give_their_weights_back(string name)
    {
        using var folder = new TemporaryFolder();
        ParameterSet parameters = GoldenModels.Load(new GoldenFiles(name));
        OnnxExporter.Export(parameters, folder["model.onnx"]);
        AssertSame(parameters, folder["model.onnx"]);
    }

    [Fact]
    public void Names_do_not_matter()
    {
        using var folder = new TemporaryFolder();
        ParameterSet parameters = GoldenModels.Load(new GoldenFiles("pair-gelu"));
        OnnxExporter.Export(parameters, folder["model.onnx"]);
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder["model.onnx"]));
        Dictionary<string, string> names = model.Graph.Initializer.Select((tensor, i) => (tensor.Name, New: $"onnx::{i}")).ToDictionary(pair => pair.Name, pair => pair.New);
        foreach (TensorProto tensor in model.Graph.Initializer)
            tensor.Name = names[tensor.Name];
        foreach (NodeProto node in model.Graph.Node)
        {
            node.Name = "";
            for (int i = 0; i < node.Input.Count; i++)
                node.Input[i] = names.GetValueOrDefault(node.Input[i], node.Input[i]);
        }
        File.WriteAllBytes(folder["anonymous.onnx"], model.ToByteArray());
        AssertSame(parameters, folder["anonymous.onnx"]);
    }

    [Theory]
    [InlineData("pair-gelu")]
    [InlineData("qa-gelu")]
    public void Graphs_of_PyTorchs_exporter_give_their_weights(string name)
    {
        var golden = new GoldenFiles(name);
        AssertSame(GoldenModels.Load(golden), Path.Combine(Path.GetDirectoryName(golden.ConfigPath)!, "exported.onnx"));
    }

    /// <summary>Exporters of PyTorch's scaled dot-product attention compute its scale from the shape of the queries.</summary>
    [Fact]
    public void Scales_may_be_computed_from_shapes()
    {
        using var folder = new TemporaryFolder();
        ParameterSet parameters = GoldenModels.Load(new GoldenFiles("pair-gelu"));
        OnnxExporter.Export(parameters, folder["model.onnx"]);
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder["model.onnx"]));
        model.Graph.Initializer.Add(new TensorProto { Name = "first", DataType = (int)ElementType.Int64, Dims = { 1 }, Int64Data = { -1 } });
        model.Graph.Initializer.Add(new TensorProto { Name = "last", DataType = (int)ElementType.Int64, Dims = { 1 }, Int64Data = { long.MaxValue } });
        int scaled = 0;
        foreach (NodeProto product in model.Graph.Node.Where(node => node.OpType is "MatMul").ToArray())
        {
            bool isContext = model.Graph.Node.Any(node => node.OpType is "Softmax" && node.Output[0] == product.Input[0]);
            if (isContext || model.Graph.Initializer.Any(tensor => tensor.Name == product.Input[1]))
                continue;
            for (int side = 0; side < 2; side++)
            {
                string value = product.Input[side], part = $"{product.Output[0]}_{side}";
                int at = model.Graph.Node.IndexOf(product);
                NodeProto[] steps =
                [
                    new() { OpType = "Shape", Input = { value }, Output = { $"{part}_shape" } },
                    new() { OpType = "Slice", Input = { $"{part}_shape", "first", "last" }, Output = { $"{part}_size" } },
                    new() { OpType = "Cast", Input = { $"{part}_size" }, Output = { $"{part}_float" } },
                    new() { OpType = "Sqrt", Input = { $"{part}_float" }, Output = { $"{part}_root" } },
                    new() { OpType = "Mul", Input = { value, $"{part}_root" }, Output = { $"{part}_scaled" } },
                ];
                foreach (NodeProto step in steps)
                    model.Graph.Node.Insert(at++, step);
                product.Input[side] = $"{part}_scaled";
                scaled++;
            }
        }
        Assert.Equal(2 * parameters.Config.NumHiddenLayers, scaled);
        File.WriteAllBytes(folder["scaled.onnx"], model.ToByteArray());
        AssertSame(parameters, folder["scaled.onnx"]);
    }

    [Fact]
    public void Half_precision_graphs_give_rounded_weights()
    {
        using var folder = new TemporaryFolder();
        ParameterSet parameters = GoldenModels.Load(new GoldenFiles("pair-gelu"));
        OnnxExporter.Export(parameters, folder["model.onnx"], new() { Precision = GraphPrecision.Half });
        using OnnxCheckpoint checkpoint = OnnxCheckpoint.Open(folder["model.onnx"]);
        foreach (ParameterSpec spec in parameters.Specs)
        {
            float[] actual = new float[spec.Count];
            checkpoint.Read(spec.Name, actual);
            Assert.Equal(Array.ConvertAll(parameters[spec.Name], value => (float)(Half)value), actual);
        }
    }

    [Fact]
    public void A_folder_is_known_by_its_graph()
    {
        using var folder = new TemporaryFolder();
        OnnxExporter.Export(GoldenModels.Load(new GoldenFiles("pair-gelu")), Path.Combine(folder.Path, "onnx", "model.onnx"));
        using ICheckpoint checkpoint = CheckpointFormats.Open(folder.Path);
        Assert.Equal("ONNX", checkpoint.Format);
        Assert.Null(CheckpointFormats.TryOpen(folder["nothing"]));
    }

    [Theory]
    [InlineData(GraphPrecision.Int8, GraphOperators.Standard)]
    [InlineData(GraphPrecision.Single, GraphOperators.Fused)]
    public void Fused_and_quantized_graphs_are_refused(GraphPrecision precision, GraphOperators operators)
    {
        using var folder = new TemporaryFolder();
        OnnxExporter.Export(
            GoldenModels.Load(new GoldenFiles("pair-gelu")), folder["model.onnx"], new() { Precision = precision, Operators = operators });
        var exception = Assert.Throws<BertMLNetException>(() => OnnxCheckpoint.Open(folder["model.onnx"]));
        Assert.Contains("standard operators", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_outside_the_graphs_folder_are_refused()
    {
        using var folder = new TemporaryFolder();
        OnnxExporter.Export(GoldenModels.Load(new GoldenFiles("pair-gelu")), folder["model.onnx"]);
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder["model.onnx"]));
        foreach (TensorProto tensor in model.Graph.Initializer)
        {
            tensor.ClearRawData();
            tensor.DataLocation = TensorProto.Types.DataLocation.External;
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "../elsewhere.bin" });
        }
        File.WriteAllBytes(folder["external.onnx"], model.ToByteArray());
        var exception = Assert.Throws<BertMLNetException>(() => OnnxCheckpoint.Open(folder["external.onnx"]));
        Assert.Contains("../elsewhere.bin", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_beside_the_graph_are_read()
    {
        using var folder = new TemporaryFolder();
        ParameterSet parameters = GoldenModels.Load(new GoldenFiles("qa-gelu"));
        WriteExternal(parameters, folder);
        AssertSame(parameters, folder["external.onnx"]);
    }

    /// <summary>Read from the file's start instead, they would be other weights without an error.</summary>
    [Theory]
    [InlineData("x4096")]
    [InlineData("-4")]
    [InlineData("")]
    public void Weights_at_no_place_are_refused(string offset)
    {
        using var folder = new TemporaryFolder();
        WriteExternal(GoldenModels.Load(new GoldenFiles("qa-gelu")), folder, offset);
        var exception = Assert.Throws<BertMLNetException>(() => OnnxCheckpoint.Open(folder["external.onnx"]));
        Assert.Contains($"lies at offset '{offset}', which is no number", exception.Message, StringComparison.Ordinal);
    }

    private static void WriteExternal(ParameterSet parameters, TemporaryFolder folder, string? offset = null)
    {
        OnnxExporter.Export(parameters, folder["model.onnx"]);
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder["model.onnx"]));
        using (FileStream data = File.Create(folder["weights.bin"]))
        {
            foreach (TensorProto tensor in model.Graph.Initializer.Where(tensor => tensor.DataType == (int)ElementType.Float && tensor.Dims.Count > 0))
            {
                tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "weights.bin" });
                tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = offset ?? $"{data.Position}" });
                data.Write(tensor.RawData.Span);
                tensor.ClearRawData();
                tensor.DataLocation = TensorProto.Types.DataLocation.External;
            }
        }
        File.WriteAllBytes(folder["external.onnx"], model.ToByteArray());
    }

    private static void AssertSame(ParameterSet expected, string path)
    {
        using OnnxCheckpoint checkpoint = OnnxCheckpoint.Open(path);
        (ParameterSet actual, LoadReport report) = ParameterSet.Load(checkpoint, expected.Config, expected.Head);
        Assert.Empty(report.Initialized);
        Assert.Empty(report.Unused);
        foreach (ParameterSpec spec in expected.Specs)
            Assert.Equal(expected[spec.Name], actual[spec.Name]);
    }
}
