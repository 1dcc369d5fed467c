using System.Buffers;
using System.Text;

namespace Microsoft.ML.Data;

/// <summary>
/// Splits a line into fields. Blanks before a field are left out unless the blank separates. A quoted field may hold
/// separators, and quotes behind the escape character; one that is not closed, or that text follows, is empty.
/// </summary>
internal sealed class FieldSplitter
{
    private readonly TextLoader.Options _options;
    private readonly SearchValues<char> _separators;
    private readonly bool _skipsBlanks;
    private bool _quoting;
    private readonly List<ReadOnlyMemory<char>> _fields = [];
    private readonly StringBuilder _quoted = new();
    private string _line;
    private int _position;

    public FieldSplitter(TextLoader.Options options)
    {
        _options = options;
        _quoting = options.AllowQuoting;
        _separators = SearchValues.Create(options.Separators);
        _skipsBlanks = !_separators.Contains(' ');
    }

    /// <summary>A field by number; a line that is too short has empty ones.</summary>
    public ReadOnlyMemory<char> this[int index] => index < _fields.Count ? _fields[index] : default;

    public void Split(string line)
    {
        _fields.Clear();
        _line = _options.TrimWhitespace ? line.TrimEnd() : line;
        _position = 0;
        bool more = true;
        while (more)
        {
            _fields.Add(Next(out _));
            more = _position++ < _line.Length;
        }
    }

    /// <summary>Whether a quoted field is still open at the end of the text.</summary>
    public static bool EndsInQuotes(string text, TextLoader.Options options)
    {
        var splitter = new FieldSplitter(options) { _line = text, _quoting = true };
        bool open = false;
        for (bool more = true; more; more = splitter._position++ < text.Length)
            splitter.Next(out open);
        return open;
    }

    private bool AtEnd => _position >= _line.Length;

    private bool AtSeparator => _separators.Contains(_line[_position]);

    /// <summary>Reads a field and stops at the separator behind it, or at the end.</summary>
    private ReadOnlyMemory<char> Next(out bool open)
    {
        open = false;
        while (_skipsBlanks && !AtEnd && _line[_position] == ' ')
            _position++;
        if (!AtEnd && _line[_position] == '"' && _quoting)
            return NextQuoted(out open);
        int start = _position;
        int length = _line.AsSpan(start).IndexOfAny(_separators);
        _position = length < 0 ? _line.Length : start + length;
        return _line.AsMemory(start, _position - start);
    }

    private ReadOnlyMemory<char> NextQuoted(out bool open)
    {
        _quoted.Clear();
        _position++;
        open = !ReadToQuote();
        bool wellFormed = !open;
        for (; !AtEnd && !AtSeparator; _position++)
            wellFormed &= _line[_position] == ' ';
        return wellFormed ? _quoted.ToString().AsMemory() : default;
    }

    /// <summary>Reads what stands in quotes and the closing one; false when there is none.</summary>
    private bool ReadToQuote()
    {
        for (; !AtEnd; _position++)
        {
            bool quoteFollows = _position + 1 < _line.Length && _line[_position + 1] == '"';
            if (_line[_position] == _options.EscapeChar && quoteFollows)
                _position++;
            else if (_line[_position] == '"')
            {
                _position++;
                return true;
            }

            _quoted.Append(_line[_position]);
        }

        return false;
    }
}
