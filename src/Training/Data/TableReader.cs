using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>
/// Reads rows with named columns from TSV, CSV or JSON lines, one at a time. The text must be UTF-8; a byte order mark
/// and blank lines are passed over.
/// </summary>
internal abstract class TableReader : IDisposable
{
    private readonly TableOptions _options;

    private protected TableReader(string name, TableOptions options)
    {
        Name = name;
        _options = options;
    }

    /// <summary>The file's name, for messages.</summary>
    public string Name { get; }

    /// <summary>The header's columns; for JSON lines the properties of the first object.</summary>
    public abstract IReadOnlyList<string> Columns { get; }

    /// <summary>Whether JSON lines ended before a row told the columns; a table has a header, and is not empty.</summary>
    internal bool IsEmpty { get; private protected set; }

    /// <summary>
    /// A column that no row may have, since it is not among <see cref="Columns"/> and would be passed over in silence; null for none.
    /// </summary>
    internal string? Unexpected { get; set; }

    /// <summary>Whether bad rows are left out without a word, whatever <see cref="TableOptions.OnBadRow"/> says.</summary>
    internal bool PassesOverBadRows { get; set; }

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="BertMLNetException">The file is missing, empty, or of an unknown format.</exception>
    public static TableReader Open(string path, TableOptions? options = null)
    {
        options ??= new TableOptions();
        options = options with { Format = options.Format ?? FormatOf(path) };
        return Open(DataFile.Open(path), path, options);
    }

    /// <summary>Reads the header from a stream, which the reader owns from now on.</summary>
    /// <exception cref="BertMLNetException">
    /// The stream has no header, or neither the options nor the name's ending tell its format.
    /// </exception>
    public static TableReader Open(Stream stream, string name, TableOptions options)
    {
        try
        {
            var lines = new Utf8LineReader(stream, name, options.MaxRowBytes);
            return (options.Format ?? FormatOf(name)) switch
            {
                TableFormat.Tsv => new TsvReader(lines, options),
                TableFormat.Csv => new CsvTableReader(lines, options),
                _ => new JsonLinesReader(lines, options),
            };
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads the rows that are left, in order. A column that the header lacks is an error before the first row.</summary>
    /// <exception cref="BertMLNetException">A bad row, where <see cref="TableOptions.OnBadRow"/> does not take it.</exception>
    public IEnumerable<TableRow> Read(IReadOnlyList<string> columns, CancellationToken cancellationToken = default)
    {
        Select(columns);
        return Rows(columns.Count, cancellationToken);
    }

    /// <summary>Takes note of a bad row: throws the error, tells it, or passes over the row, as the file is read.</summary>
    internal void Report(long line, string error)
    {
        if (PassesOverBadRows)
            return;
        var exception = new BertMLNetException($"{Name}, line {line}: {error}");
        if (_options.OnBadRow is null)
            throw exception;
        _options.OnBadRow(exception);
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the file.</summary>
    protected abstract void Dispose(bool disposing);

    /// <summary>Remembers which columns rows are to hold.</summary>
    private protected abstract void Select(IReadOnlyList<string> columns);

    /// <summary>Reads the next row.</summary>
    /// <param name="values">Takes the selected columns' values.</param>
    /// <param name="line">The line the row starts at.</param>
    /// <param name="error">What is wrong with the row, without its place; null where it is right.</param>
    /// <returns>False at the end.</returns>
    private protected abstract bool TryReadRow(string[] values, out long line, out string? error);

    /// <summary>Finds columns in a header.</summary>
    private protected int[] IndicesOf(IReadOnlyList<string> columns)
    {
        var indices = new int[columns.Count];
        for (int i = 0; i < indices.Length; i++)
        {
            indices[i] = Columns.ToList().IndexOf(columns[i]);
            if (indices[i] < 0)
            {
                throw new BertMLNetException(
                    $"{Name}, line 1: there is no column '{columns[i]}'; the header has "
                    + $"{string.Join(", ", Columns.Select(column => $"'{column}'"))}.");
            }
        }
        return indices;
    }

    private protected BertMLNetException Empty() =>
        new($"{Name}: the file is empty; expected {(
            this is JsonLinesReader ? "one JSON object a line" : "a header line with the columns' names")}.");

    private IEnumerable<TableRow> Rows(int columns, CancellationToken cancellationToken)
    {
        for (int count = 0; count < _options.MaxRows; count++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var values = new string[columns];
            if (!TryReadRow(values, out long line, out string? error))
                yield break;
            if (error is null)
            {
                yield return new TableRow(line, values);
                continue;
            }
            Report(line, error);
        }
    }

    private static TableFormat FormatOf(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".TSV" or ".TXT" => TableFormat.Tsv,
        ".CSV" => TableFormat.Csv,
        ".JSONL" or ".NDJSON" or ".JSON" => TableFormat.JsonLines,
        string ending => throw new BertMLNetException(
            $"{path}: the format cannot be told from the ending '{ending}'; expected .tsv, .csv or .jsonl, or a format given as an "
            + "option."),
    };
}

/// <summary>How to read a file of rows, and how much of it to accept.</summary>
public sealed record TableOptions
{
    /// <summary>The format; null to tell it from the file name's ending.</summary>
    public TableFormat? Format { get; init; }

    /// <summary>Stops after so many rows.</summary>
    public int MaxRows { get; init; } = int.MaxValue;

    /// <summary>The longest row accepted, in bytes; a longer one is a bad row, and is never held in memory.</summary>
    public int MaxRowBytes { get; init; } = 16 << 20;

    /// <summary>
    /// Whether JSON lines may be none at all, as a stream's may; otherwise that is an error. Tables always have a header.
    /// </summary>
    public bool AllowEmpty { get; init; }

    /// <summary>Is told of each bad row, which is then left out; where it is null a bad row ends the reading with its error.</summary>
    public Action<BertMLNetException>? OnBadRow { get; init; }
}

/// <summary>How a file of rows with named columns is written.</summary>
public enum TableFormat
{
    /// <summary>Tab-separated with a header; a quote is a character like any other (<c>.tsv</c>, <c>.txt</c>).</summary>
    Tsv,

    /// <summary>Comma-separated with a header, quoted as RFC 4180 has it (<c>.csv</c>).</summary>
    Csv,

    /// <summary>One JSON object a line (<c>.jsonl</c>, <c>.ndjson</c>, <c>.json</c>).</summary>
    JsonLines,
}

/// <summary>One row.</summary>
/// <param name="Line">The line of the file that it starts at, the first being 1.</param>
/// <param name="Values">The values of the columns asked for, in the order asked for.</param>
internal readonly record struct TableRow(long Line, IReadOnlyList<string> Values);
