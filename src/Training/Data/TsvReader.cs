using System.Text;

namespace BertMLNet.Training;

/// <summary>Tab-separated rows as GLUE publishes them: no quoting, so a row is a line and a field all between two tabs.</summary>
internal sealed class TsvReader : TableReader
{
    private readonly Utf8LineReader _lines;
    private readonly string[] _columns;
    private int[] _selected = [];

    public TsvReader(Utf8LineReader lines, TableOptions options)
        : base(lines.Name, options)
    {
        _lines = lines;
        if (!lines.TryRead(out ReadOnlySpan<byte> header, out string? error))
            throw Empty();
        if (error is not null)
            throw new BertMLNetException($"{Name}, line 1: {error}");
        if (header.Contains((byte)'\r'))
            throw new BertMLNetException($"{Name}, line 1: its lines end in a carriage return alone; save the file with line feeds.");
        _columns = Encoding.UTF8.GetString(header).Split('\t');
    }

    public override IReadOnlyList<string> Columns => _columns;

    private protected override void Select(IReadOnlyList<string> columns) => _selected = IndicesOf(columns);

    private protected override bool TryReadRow(string[] values, out long line, out string? error)
    {
        ReadOnlySpan<byte> text;
        do
        {
            if (!_lines.TryRead(out text, out error))
            {
                line = 0;
                return false;
            }
        }
        while (text.IsEmpty && error is null);

        line = _lines.LineNumber;
        if (error is not null)
            return true;
        int column = 0;
        foreach (Range field in text.Split((byte)'\t'))
        {
            int wanted = Array.IndexOf(_selected, column++);
            if (wanted >= 0)
                values[wanted] = Encoding.UTF8.GetString(text[field]);
        }
        if (column != _columns.Length)
        {
            error = $"the row has {column} column{(column == 1 ? "" : "s")} where the header has {_columns.Length}; "
                + "columns are separated by one tab.";
        }
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _lines.Dispose();
    }
}
