using System.Buffers;

namespace BertMLNet.Tokenization;

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
