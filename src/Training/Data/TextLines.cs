using System.IO.Compression;
using System.Text;
using System.Text.Unicode;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>Reads plain text, one text a line.</summary>
internal static class TextLines
{
    /// <summary>
    /// Reads the lines of a stream, which is owned from now on. A byte order mark is passed over; an empty line is an empty text.
    /// </summary>
    /// <exception cref="BertMLNetException">A line is too long or not valid UTF-8.</exception>
    public static IEnumerable<string> Read(
        Stream stream, string name, int maxLineBytes = 16 << 20, CancellationToken cancellationToken = default)
    {
        using var lines = new Utf8LineReader(stream, name, maxLineBytes);
        while (TryRead(lines, out string text))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return text;
        }
    }

    private static bool TryRead(Utf8LineReader lines, out string text)
    {
        bool found = lines.TryRead(out ReadOnlySpan<byte> line, out string? error);
        if (error is not null)
            throw new BertMLNetException($"{lines.Name}, line {lines.LineNumber}: {error}");
        text = Encoding.UTF8.GetString(line);
        return found;
    }
}

/// <summary>
/// Splits a stream into lines, checks that each is valid UTF-8 and counts them. Memory is bounded by the longest line
/// accepted; the rest of a longer one is passed over, but for one so long that it is no text.
/// </summary>
internal sealed class Utf8LineReader(Stream stream, string name, int maxLineBytes) : IDisposable
{
    /// <summary>So much is passed over of a line in search of its end.</summary>
    private const long MostPassedOver = 64 << 20;

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
    /// <exception cref="BertMLNetException">The line seems to have no end.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line, out string? error)
    {
        line = default;
        error = null;
        int scanned = 0;
        bool tooLong = false;
        long passedOver = 0;
        int length;
        while ((length = _buffer.AsSpan(_start + scanned, _end - _start - scanned).IndexOf((byte)'\n')) < 0)
        {
            scanned = _end - _start;
            if (scanned > maxLineBytes)
            {
                tooLong = true;
                passedOver += scanned;
                if (passedOver > Math.Max(MostPassedOver, maxLineBytes))
                {
                    throw new BertMLNetException(FormattableString.Invariant(
                        $"{Name}, line {LineNumber + 1}: no end of the line in {passedOver:N0} bytes; expected text with a row a line."));
                }
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

/// <summary>Opens files of data, whose readers have buffers of their own.</summary>
internal static class DataFile
{
    /// <summary>Opens a file to be read from its begin to its end.</summary>
    /// <exception cref="BertMLNetException">The file cannot be read.</exception>
    public static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BertMLNetException($"{path}: cannot be read: {exception.Message}", exception);
        }
    }
}

/// <summary>Reads text that may be compressed, whatever its file is called.</summary>
internal static class GzipText
{
    private static ReadOnlySpan<byte> Magic => [0x1F, 0x8B];

    /// <summary>
    /// The text of a stream: what it holds, or, where that begins as gzip does and can be looked at twice, what that decompresses to.
    /// </summary>
    /// <param name="stream">The stream.</param>
    /// <param name="always">Whether the name promises gzip: what begins otherwise is then an error when it is read.</param>
    public static Stream Decompress(Stream stream, bool always = false)
    {
        if (always)
            return new GZipStream(stream, CompressionMode.Decompress);
        if (!stream.CanSeek)
            return stream;
        Span<byte> first = stackalloc byte[2];
        int read = stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        stream.Seek(-read, SeekOrigin.Current);
        return first[..read].SequenceEqual(Magic) ? new GZipStream(stream, CompressionMode.Decompress) : stream;
    }
}
