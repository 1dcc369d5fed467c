namespace BertMLNet.Modeling;

/// <summary>Turns matrices that a checkpoint stores the other way round.</summary>
internal static class Matrix
{
    private const int Tile = 32;

    /// <summary>Writes the transpose of <paramref name="source"/>, in tiles, so that the cache lines of both sides are used whole.</summary>
    /// <param name="source">[columns, rows], row-major.</param>
    /// <param name="rows">The rows of the result.</param>
    /// <param name="columns">The columns of the result.</param>
    /// <param name="destination">[rows, columns], row-major.</param>
    public static void Transpose(ReadOnlySpan<float> source, int rows, int columns, Span<float> destination)
    {
        for (int top = 0; top < rows; top += Tile)
        {
            for (int left = 0; left < columns; left += Tile)
            {
                int bottom = Math.Min(top + Tile, rows);
                int right = Math.Min(left + Tile, columns);
                for (int row = top; row < bottom; row++)
                {
                    for (int column = left; column < right; column++)
                        destination[row * columns + column] = source[column * rows + row];
                }
            }
        }
    }
}
