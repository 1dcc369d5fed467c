using BertMLNet.Export;
using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

public sealed class ExportCheckTests
{
    [Theory]
    [InlineData(9e-4f, GraphPrecision.Single)]
    [InlineData(0.09f, GraphPrecision.Half)]
    [InlineData(3f, GraphPrecision.Int8)]
    public void Rounding_is_accepted(float difference, GraphPrecision precision) =>
        ExportCheck.RequireRounding("graph.onnx", difference, precision);

    [Theory]
    [InlineData(2e-3f, GraphPrecision.Single)]
    [InlineData(0.2f, GraphPrecision.Half)]
    [InlineData(float.NaN, GraphPrecision.Single)]
    public void A_graph_that_computes_something_else_is_refused(float difference, GraphPrecision precision) =>
        Assert.StartsWith(
            "graph.onnx: its logits differ from the model's by",
            Assert.Throws<BertMLNetException>(() => ExportCheck.RequireRounding("graph.onnx", difference, precision)).Message,
            StringComparison.Ordinal);
}
