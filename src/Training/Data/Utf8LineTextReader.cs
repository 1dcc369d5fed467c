using System.Text;

namespace BertMLNet.Training;

/// <summary>
/// Hands lines on as characters, for a parser that wants to see line ends itself, and keeps what is wrong with them: the parser reads
/// ahead of the rows that it gives.
/// </summary>
internal sealed class Utf8LineTextReader(Utf8LineReader lines) : TextReader
{
    private readonly Queue<(long Line, string Error)> _badLines = new();
    private char[] _characters = [];
    private int _position;
    private int _length;

    /// <summary>What is wrong with the first bad line up to this one; null for nothing. It is told once.</summary>
    /// <param name="last">A row's last line.</param>
    /// <param name="line">The bad line.</param>
    public string? TakeError(long last, out long line)
    {
        (line, string? error) = _badLines.TryPeek(out (long Line, string Error) bad) && bad.Line <= last ? bad : default;
        while (_badLines.TryPeek(out bad) && bad.Line <= last)
            _badLines.Dequeue();
        return error;
    }

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override int Read(Span<char> buffer)
    {
        if (_position == _length && !Advance())
            return 0;
        int count = Math.Min(buffer.Length, _length - _position);
        _characters.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override int Read() => _position < _length || Advance() ? _characters[_position++] : -1;

    public override int Peek() => _position < _length || Advance() ? _characters[_position] : -1;

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            lines.Dispose();
        base.Dispose(disposing);
    }

    private bool Advance()
    {
        if (!lines.TryRead(out ReadOnlySpan<byte> line, out string? error))
            return false;
        if (error is not null)
        {
            _badLines.Enqueue((lines.LineNumber, error));
            // A parser passes over an empty line, and with it over the row that is bad.
            if (line.IsEmpty)
                line = "?"u8;
        }
        if (_characters.Length <= line.Length)
            _characters = new char[Math.Max(1024, 2 * (line.Length + 1))];
        _length = Encoding.UTF8.GetChars(line, _characters);
        _characters[_length++] = '\n';
        _position = 0;
        return true;
    }
}
