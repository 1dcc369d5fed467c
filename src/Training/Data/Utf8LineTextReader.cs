using System.Text;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>Hands checked lines on as characters, for a parser that wants to see line ends itself.</summary>
internal sealed class Utf8LineTextReader(Utf8LineReader lines) : TextReader
{
    private char[] _characters = [];
    private int _position;
    private int _length;

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
            throw new BertMLNetException($"{lines.Name}, line {lines.LineNumber}: {error}");
        if (_characters.Length <= line.Length)
            _characters = new char[Math.Max(1024, 2 * (line.Length + 1))];
        _length = Encoding.UTF8.GetChars(line, _characters);
        _characters[_length++] = '\n';
        _position = 0;
        return true;
    }
}
