using BertMLNet.Modeling;
using BertMLNet.TestKit;

namespace BertMLNet.Export.Tests;

/// <summary>What 8-bit graphs promise beyond being close: nobody's company matters, and no product saturates.</summary>
public sealed class QuantizedGraphTests
{
    /// <summary>
    /// Quantization rounds, so that a difference of a float's last bit can become one of a step; still far less than with one
    /// scale for the batch, where the sequence with an outlier among its embeddings coarsens all others.
    /// </summary>
    [Theory]
    [InlineData("pair-gelu")]
    [InlineData("pair-gelu-tanh-sinusoidal")]
    [InlineData("qa-gelu")]
    public void A_row_has_the_same_logits_alone_and_in_company(string name)
    {
        var golden = new GoldenFiles(name);
        ParameterSet parameters = GoldenModels.Load(golden);
        const int outlier = 7;
        parameters[BertParameters.WordEmbeddings][(outlier * parameters.Config.HiddenSize) + 3] += 60f;
        using var folder = new TemporaryFolder();
        OnnxExporter.Export(parameters, folder["model.onnx"], new() { Precision = GraphPrecision.Int8 });
        using var verifier = new GraphVerifier(folder["model.onnx"]);

        int[] outliers = [.. Enumerable.Repeat(outlier, golden.Lengths.Max())];
        int[] lengths = [.. golden.Lengths, outliers.Length];
        float[] together = GoldenModels.Packed(
            verifier.Run(lengths, [.. golden.InputIds, .. outliers], [.. golden.TokenTypeIds, .. new int[outliers.Length]]), lengths);
        var alone = new List<float>();
        int start = 0;
        foreach (int length in golden.Lengths)
        {
            int[] own = [length];
            alone.AddRange(GoldenModels.Packed(
                verifier.Run(own, golden.InputIds.AsSpan(start, length), golden.TokenTypeIds.AsSpan(start, length)), own));
            start += length;
        }
        Assert.InRange(GraphVerifier.LargestDifference(together.AsSpan(0, alone.Count), alone.ToArray()), 0f, 2e-3f);
    }

    /// <summary>255 · (a + b) has to fit in 16 bits with their sign for neighbours a and b.</summary>
    [Theory]
    [InlineData(64)]
    [InlineData(51)]
    public void No_two_products_of_neighbours_saturate(int columns)
    {
        var random = new Random(5);
        const int rows = 9;
        float[] matrix = [.. Enumerable.Range(0, rows * columns).Select(i => (i / columns % 2 == 0 ? 1 : -1) * (0.9f + (0.1f * random.NextSingle())))];
        (sbyte[] integers, float[] scales) = RowQuantizer.Quantize(matrix, rows, columns, product: true);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column + 1 < columns; column += 2)
                Assert.InRange(255 * (At(row, column) + At(row, column + 1)), short.MinValue, short.MaxValue);
            for (int column = 0; column < columns; column++)
                Assert.Equal(matrix[(row * columns) + column], At(row, column) * scales[row], scales[row] * 0.5001f);
        }

        int At(int row, int column) => integers[(column * rows) + row];
    }
}
