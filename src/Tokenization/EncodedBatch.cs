using System.Buffers;

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

/// <summary>Some neighbouring rows of a batch, which one thread encodes.</summary>
internal sealed class EncodedBlock(int rows) : IDisposable
{
    private readonly int[] _ends = new int[rows];
    private readonly int[] _firstLengths = new int[rows];
    private int[] _ids = [];
    private int _row;

    public ReadOnlySpan<int> Ids(int row) => _ids.AsSpan(Start(row).._ends[row]);

    public int FirstLength(int row) => _firstLengths[row];

    /// <summary>Adds a row of <paramref name="length"/> tokens, of which <paramref name="firstLength"/> have the type id 0.</summary>
    public Span<int> AddRow(int length, int firstLength)
    {
        int start = Start(_row);
        int end = checked(start + length);
        if (end > _ids.Length)
        {
            int[] larger = ArrayPool<int>.Shared.Rent(Math.Max(end, Math.Max(_ids.Length * 2, _ends.Length * 64)));
            _ids.AsSpan(0, start).CopyTo(larger);
            ArrayPool<int>.Shared.Return(_ids);
            _ids = larger;
        }
        _ends[_row] = end;
        _firstLengths[_row++] = firstLength;
        return _ids.AsSpan(start..end);
    }

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_ids);
        _ids = [];
    }

    private int Start(int row) => row == 0 ? 0 : _ends[row - 1];
}
