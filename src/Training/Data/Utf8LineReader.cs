using System.Text.Unicode;

namespace BertMLNet.Training;

/// <summary>
/// Splits a stream into lines, checks that each is valid UTF-8 and counts them. Memory is bounded by the longest line
/// accepted; the rest of a longer one is passed over.
/// </summary>
internal sealed class Utf8LineReader(Stream stream, string name, int maxLineBytes) : IDisposable
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _finished;

    public string Name { get; } = name;

    /// <summary>The number of the line read last, the first being 1.</summary>
    public long LineNumber { get; private set; }

    /// <summary>Reads the next line, without its end, valid until the next call.</summary>
    /// <param name="line">The line; of one that is not UTF-8 its bytes all the same, of one that is too long nothing.</param>
    /// <param name="error">Why the line cannot be used; null where it can.</param>
    /// <returns>False at the end of the stream.</returns>
    public bool TryRead(out ReadOnlySpan<byte> line, out string? error)
    {
        line = default;
        error = null;
        int scanned = 0;
        bool tooLong = false;
        int length;
        while ((length = _buffer.AsSpan(_start + scanned, _end - _start - scanned).IndexOf((byte)'\n')) < 0)
        {
            scanned = _end - _start;
            if (scanned > maxLineBytes)
            {
                tooLong = true;
                _start = _end = scanned = 0;
            }
            if (!_finished && Fill())
                continue;
            if (scanned == 0 && !tooLong)
                return false;
            length = 0;
            break;
        }

        length += scanned;
        line = _buffer.AsSpan(_start, length);
        _start = Math.Min(_start + length + 1, _end);
        LineNumber++;
        if (line.EndsWith((byte)'\r'))
            line = line[..^1];
        if (LineNumber == 1 && line.StartsWith(ByteOrderMark))
            line = line[ByteOrderMark.Length..];
        if (tooLong || line.Length > maxLineBytes)
        {
            error = $"the row is longer than {maxLineBytes:N0} bytes, the longest accepted.";
            line = default;
        }
        else if (!Utf8.IsValid(line))
        {
            error = $"byte {FirstInvalidByte(line) + 1} of the line is not valid UTF-8; save the file as UTF-8.";
        }
        return true;
    }

    public void Dispose() => stream.Dispose();

    private bool Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, (int)Math.Min(2L * _buffer.Length, Array.MaxLength));
        int read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _finished = read == 0;
        return read > 0;
    }

    private static int FirstInvalidByte(ReadOnlySpan<byte> line)
    {
        int valid = 0;
        while (System.Text.Rune.DecodeFromUtf8(line[valid..], out _, out int consumed) == System.Buffers.OperationStatus.Done)
            valid += consumed;
        return valid;
    }
}
