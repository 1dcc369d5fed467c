using System.Globalization;
using System.Text;
using BertMLNet.Modeling;
using CsvHelper;
using CsvHelper.Configuration;

namespace BertMLNet.Training;

/// <summary>Comma-separated rows; a quoted field may hold commas, doubled quotes and line breaks.</summary>
internal sealed class CsvTableReader : TableReader
{
    private const string UnclosedQuote = "a quote opens in this row and nothing closes it: the rest of the file would be one field; "
        + "close it, or double the quotes inside a quoted field.";

    private readonly Utf8LineTextReader _text;
    private readonly CsvParser _parser;
    private readonly string[] _columns;
    private string? _badField;
    private int[] _selected = [];

    public CsvTableReader(Utf8LineReader lines, TableOptions options)
        : base(lines.Name, options)
    {
        _text = new Utf8LineTextReader(lines);
        _parser = new CsvParser(_text, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            // An opening quote that nothing closes would otherwise take in the rest of the file.
            MaxFieldSize = options.MaxRowBytes,
            BadDataFound = bad => _badField = bad.Field,
        });
        if (!Advance())
            throw Empty();
        if (_text.TakeError(_parser.RawRow, out long line) is { } error)
            throw new BertMLNetException($"{Name}, line {line}: {error}");
        _columns = _parser.Record!;
    }

    public override IReadOnlyList<string> Columns => _columns;

    private protected override void Select(IReadOnlyList<string> columns) => _selected = IndicesOf(columns);

    private protected override bool TryReadRow(string[] values, out long line, out string? error)
    {
        line = _parser.RawRow + 1;
        error = null;
        _badField = null;
        if (!Advance())
            return false;

        // A record that spans lines ends at RawRow; it starts where the one before ended, blank lines aside.
        ReadOnlySpan<char> record = _parser.RawRecord;
        line = _parser.RawRow - record.TrimEnd("\r\n").Count('\n');
        if (_text.TakeError(_parser.RawRow, out long badLine) is { } badText)
            (line, error) = (badLine, badText);
        else if (int.IsOddInteger(record.Count('"')))
            (line, error) = (_parser.RawRow - record.Count('\n'), UnclosedQuote);
        else if (_badField is not null)
        {
            error = "a quote stands inside a field that is not quoted, or a quoted field goes on after its closing quote; double the "
                + "quotes inside a quoted field.";
        }
        else if (_parser.Count != _columns.Length)
            error = $"the row has {_parser.Count} column{(_parser.Count == 1 ? "" : "s")} where the header has {_columns.Length}.";
        for (int i = 0; error is null && i < values.Length; i++)
            values[i] = _parser[_selected[i]];
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        _parser.Dispose();
        _text.Dispose();
    }

    private bool Advance()
    {
        try
        {
            return _parser.Read();
        }
        catch (MaxFieldSizeException exception)
        {
            throw new BertMLNetException(
                $"{Name}, line {_parser.RawRow}: a field is longer than the longest row accepted; is a closing quote missing?", exception);
        }
    }
}

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

    /// <summary>
    /// What is wrong with the first bad line up to <paramref name="last"/>, a row's last; null for nothing. It is told once.
    /// </summary>
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
