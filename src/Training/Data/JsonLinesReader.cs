using System.Text.Json;

namespace BertMLNet.Training;

/// <summary>
/// One JSON object a line. Strings are taken as they are, numbers and booleans as they are written; other properties may hold anything.
/// </summary>
internal sealed class JsonLinesReader : TableReader
{
    private readonly Utf8LineReader _lines;
    private readonly List<string> _columns = [];
    private string[] _selected = [];
    private readonly Queue<(long Line, string Error)> _badFirst = [];
    private byte[]? _first;
    private long _firstLine;

    public JsonLinesReader(Utf8LineReader lines, TableOptions options)
        : base(lines.Name, options)
    {
        _lines = lines;
        ReadFirst(skip: options.OnBadRow is not null, options.AllowEmpty);
    }

    private delegate void PropertyVisitor(string name, ref Utf8JsonReader value);

    public override IReadOnlyList<string> Columns => _columns;

    private protected override void Select(IReadOnlyList<string> columns) => _selected = [.. columns];

    private protected override bool TryReadRow(string[] values, out long line, out string? error)
    {
        if (_badFirst.TryDequeue(out (long Line, string Error) bad))
        {
            (line, error) = bad;
            return true;
        }
        ReadOnlySpan<byte> text = _first;
        line = _firstLine;
        error = null;
        if (_first is null)
        {
            bool read = TryReadLine(out text, out error);
            line = _lines.LineNumber;
            if (!read || error is not null)
                return read;
        }
        _first = null;

        string? wrong = null;
        error = Parse(text, (string name, ref Utf8JsonReader value) =>
        {
            int wanted = Array.IndexOf(_selected, name);
            if (wanted < 0)
            {
                if (name == Unexpected)
                    wrong = $"the row has a '{name}', and the first row has none; give every row one, or name the column.";
                return;
            }
            if (TextOf(ref value) is { } found)
                values[wanted] = found;
            else
                wrong = $"'{name}' is {Describe(value.TokenType)}; expected text.";
        });
        error ??= wrong;
        for (int i = 0; error is null && i < values.Length; i++)
        {
            if (values[i] is null)
                error = $"the object has no property '{_selected[i]}'.";
        }
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _lines.Dispose();
    }

    /// <summary>Reads the row that tells the columns; bad ones before it are kept to be reported in their turn, or end the job.</summary>
    private void ReadFirst(bool skip, bool allowEmpty)
    {
        while (TryReadLine(out ReadOnlySpan<byte> line, out string? error))
        {
            error ??= Parse(line, (name, ref _) => _columns.Add(name));
            if (error is null)
            {
                _first = line.ToArray();
                _firstLine = _lines.LineNumber;
                return;
            }
            if (!skip)
                throw new BertMLNetException($"{Name}, line {_lines.LineNumber}: {error}");
            _columns.Clear();
            _badFirst.Enqueue((_lines.LineNumber, error));
        }
        IsEmpty = true;
        if (_badFirst.Count == 0 && !allowEmpty)
            throw Empty();
    }

    private bool TryReadLine(out ReadOnlySpan<byte> line, out string? error)
    {
        while (_lines.TryRead(out line, out error))
        {
            if (error is not null || line.ContainsAnyExcept(" \t"u8))
                return true;
        }
        return false;
    }

    private static string? Parse(ReadOnlySpan<byte> line, PropertyVisitor visit)
    {
        var reader = new Utf8JsonReader(line);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return $"the line is {Describe(reader.TokenType)}; expected one JSON object a line.";
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                reader.Read();
                visit(name, ref reader);
                reader.Skip();
            }
            reader.Read();
            return null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return $"the line is not valid JSON near byte {reader.BytesConsumed + 1}; expected one JSON object a line.";
        }
    }

    private static string? TextOf(ref Utf8JsonReader value) => value.TokenType switch
    {
        JsonTokenType.String => value.GetString(),
        JsonTokenType.Number => System.Text.Encoding.UTF8.GetString(value.ValueSpan),
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        _ => null,
    };

    private static string Describe(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.Null => "null",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        _ => "not an object",
    };
}
