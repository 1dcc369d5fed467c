using System.Numerics.Tensors;

namespace BertMLNet.Export;

/// <summary>Symmetric 8-bit quantization with one scale a row.</summary>
internal static class RowQuantizer
{
    /// <summary>The largest magnitude stored: the range is symmetric, so that zero needs no offset.</summary>
    private const float Largest = 127f;

    /// <summary>Quantizes a [rows, columns] matrix: value ≈ integer · scale of its row.</summary>
    /// <returns>The integers, [rows, columns] or, transposed, [columns, rows]; the scales, [rows].</returns>
    public static (sbyte[] Integers, float[] Scales) Quantize(float[] matrix, int rows, int columns, bool transpose)
    {
        var integers = new sbyte[matrix.Length];
        float[] scales = new float[rows];
        Parallel.For(0, rows, row =>
        {
            ReadOnlySpan<float> values = matrix.AsSpan(row * columns, columns);
            float magnitude = MathF.Abs(TensorPrimitives.MaxMagnitude(values));
            float scale = scales[row] = magnitude == 0 ? 1f : magnitude / Largest;
            for (int column = 0; column < columns; column++)
                integers[transpose ? column * rows + row : row * columns + column] = (sbyte)MathF.Round(values[column] / scale);
        });
        return (integers, scales);
    }
}
