using BertMLNet.Modeling;
using BertMLNet.TestKit;
using Google.Protobuf;

namespace BertMLNet.Export.Tests;

/// <summary>An ONNX file holds less than 2 GiB; larger models are refused in one line, before they take more memory.</summary>
public sealed class ExportSizeTests
{
    [Theory]
    [InlineData(GraphPrecision.Single, true)]
    [InlineData(GraphPrecision.Half, false)]
    [InlineData(GraphPrecision.Int8, false)]
    public void Weights_beyond_a_files_room_are_refused_early(GraphPrecision precision, bool refused)
    {
        var config = new BertConfig { VocabSize = 600_000 };                            // 0.55 billion parameters
        IReadOnlyList<ParameterSpec> specs = BertParameters.For(config, Heads.Classes);
        if (!refused)
        {
            OnnxExporter.CheckSize(specs, precision, "large.onnx");
            return;
        }
        var exception = Assert.Throws<BertMLNetException>(() => OnnxExporter.CheckSize(specs, precision, "large.onnx"));
        Assert.StartsWith("large.onnx: the weights take 2187", exception.Message, StringComparison.Ordinal);
        Assert.Contains("fp16", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_graph_of_too_large_constants_is_not_written()
    {
        // Never touched, so that it takes addresses but no memory.
        byte[] block = GC.AllocateUninitializedArray<byte>(1 << 29);
        var graph = new GraphBuilder();
        for (int i = 0; i < 4; i++)
            graph.Constant("block", ElementType.Int8, block, block.Length);
        var exception = Assert.Throws<BertMLNetException>(() => OnnxModelWriter.ToBytes(graph));
        Assert.Contains("2147483648 bytes", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_head_without_an_inference_graph_is_refused_and_leaves_no_file()
    {
        using var folder = new TemporaryFolder();
        var config = new BertConfig { VocabSize = 10, HiddenSize = 8, NumHiddenLayers = 1, NumAttentionHeads = 2, IntermediateSize = 8, MaxPositionEmbeddings = 8 };
        var parameters = new ParameterSet(config, Heads.MaskedTokens);
        Assert.Contains("MaskedLanguageModel", Assert.Throws<BertMLNetException>(() => OnnxExporter.Export(parameters, folder["m.onnx"])).Message, StringComparison.Ordinal);
        Assert.Throws<BertMLNetException>(() => OnnxExporter.Build(new ParameterSet(config, Heads.Encoder), new() { Precision = GraphPrecision.Half, Operators = GraphOperators.Fused }));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void An_encoder_alone_gives_hidden_states_and_the_pooled_vector()
    {
        using var folder = new TemporaryFolder();
        var config = new BertConfig { VocabSize = 10, HiddenSize = 8, NumHiddenLayers = 1, NumAttentionHeads = 2, IntermediateSize = 8, MaxPositionEmbeddings = 8 };
        OnnxExporter.Export(ParameterSet.Initialize(config, Heads.Encoder, seed: 1), folder["m.onnx"]);
        using var graph = new GraphVerifier(folder["m.onnx"]);
        IReadOnlyDictionary<string, float[]> outputs = graph.Run([2, 4], [1, 2, 3, 4, 5, 6], new int[6]);
        Assert.Equal(2 * 4 * 8, outputs[TensorNames.LastHiddenState].Length);
        Assert.Equal(2 * 8, outputs[TensorNames.PoolerOutput].Length);
        Assert.All(outputs[TensorNames.PoolerOutput], value => Assert.InRange(value, -1f, 1f));
    }
}
