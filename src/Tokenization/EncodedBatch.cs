namespace BertMLNet.Tokenization;

/// <summary>
/// The ids of many texts or pairs, in pooled memory: valid until disposed. Row by row in the order of the texts, each
/// with its [CLS] and [SEP], without padding.
/// </summary>
public sealed class EncodedBatch : IDisposable
{
    private readonly EncodedBlock[] _blocks;
    private readonly int _blockRows;

    internal EncodedBatch(EncodedBlock[] blocks, int blockRows, int count)
    {
        _blocks = blocks;
        _blockRows = blockRows;
        Count = count;
    }

    /// <summary>The number of rows.</summary>
    public int Count { get; }

    /// <summary>The ids of a row.</summary>
    public ReadOnlySpan<int> Ids(int row) => Block(row).Ids(row % _blockRows);

    /// <summary>How many of a row's tokens have the type id 0; those behind them have 1.</summary>
    public int FirstLength(int row) => Block(row).FirstLength(row % _blockRows);

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        foreach (var block in _blocks)
            block.Dispose();
    }

    private EncodedBlock Block(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Count, nameof(row));
        return _blocks[row / _blockRows];
    }
}
