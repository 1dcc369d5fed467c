using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>
/// Reads sentence pairs, or single sentences, from TSV, CSV or JSON lines, one row at a time. MRPC's own files are
/// known by their header; their 0 and 1 are read as <c>not_equivalent</c> and <c>equivalent</c>.
/// </summary>
public sealed class PairFile : IPairSource
{
    private static readonly string[] MrpcLabels = ["not_equivalent", "equivalent"];

    private readonly TableReader _table;
    private readonly PairFileOptions _options;
    private readonly List<string> _columns;
    private readonly int _second;
    private readonly int _label;
    private readonly int _group;

    private PairFile(TableReader table, PairFileOptions options, bool labelled)
    {
        _table = table;
        _options = options;
        IReadOnlyList<string> header = table.Columns;
        bool isMrpc = header.Contains("#1 String") && header.Contains("#2 String");
        _columns = [options.Sentence1Column ?? (isMrpc ? "#1 String" : "sentence1")];
        string second = options.Sentence2Column ?? (isMrpc ? "#2 String" : "sentence2");
        _second = -1;
        if (options.Sentence2Column is not null || header.Contains(second))
        {
            _second = _columns.Count;
            _columns.Add(second);
        }
        else
        {
            RefuseNearMiss(second);
            table.Unexpected = second;
        }
        _label = -1;
        if (labelled)
        {
            _label = _columns.Count;
            _columns.Add(options.LabelColumn ?? (isMrpc ? "Quality" : "label"));
            if (isMrpc && _columns[_label] == "Quality")
                KnownLabels = MrpcLabels;
        }
        if (_columns.GroupBy(column => column, StringComparer.Ordinal).FirstOrDefault(column => column.Count() > 1) is { } twice)
        {
            throw new BertMLNetException(
                $"{Name}: the column '{twice.Key}' is asked for twice; sentences and labels are in columns of their own.");
        }
        // A group may well be told by its query, whose column is read already.
        _group = options.GroupColumn is null ? -1 : _columns.IndexOf(options.GroupColumn);
        if (options.GroupColumn is not null && _group < 0)
        {
            _group = _columns.Count;
            _columns.Add(options.GroupColumn);
        }
    }

    /// <inheritdoc/>
    public string Name => _table.Name;

    /// <inheritdoc/>
    public bool HasPairs => _second >= 0;

    /// <summary>Whether it ended before anything told its columns; see <see cref="TableOptions.AllowEmpty"/>.</summary>
    public bool IsEmpty => _table.IsEmpty;

    /// <inheritdoc/>
    public IReadOnlyList<string>? KnownLabels { get; }

    /// <summary>Whether bad rows are left out without a word, for a file that was read before.</summary>
    internal bool PassesOverBadRows
    {
        get => _table.PassesOverBadRows;
        set => _table.PassesOverBadRows = value;
    }

    /// <summary>Opens a file and finds its columns.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">The columns and limits.</param>
    /// <param name="labelled">Whether rows must have a label; where not, no label is read.</param>
    /// <exception cref="BertMLNetException">The file is missing or empty, or its format is unknown.</exception>
    public static PairFile Open(string path, PairFileOptions? options = null, bool labelled = true)
    {
        options ??= new PairFileOptions();
        return Over(TableReader.Open(path, options.Table), options, labelled);
    }

    /// <summary>Reads rows from a stream, which is owned from now on; see <see cref="Open(string, PairFileOptions, bool)"/>.</summary>
    public static PairFile Open(Stream stream, string name, PairFileOptions options, bool labelled = true)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Over(TableReader.Open(stream, name, options.Table), options, labelled);
    }

    /// <inheritdoc/>
    public IEnumerable<PairExample> Read(CancellationToken cancellationToken = default)
    {
        IEnumerable<TableRow> rows = _table.Read(_columns, cancellationToken);
        return Examples(rows);
    }

    /// <inheritdoc/>
    public void Dispose() => _table.Dispose();

    /// <summary>Finds the columns of rows that somebody has opened, which are owned from now on.</summary>
    internal static PairFile Over(TableReader table, PairFileOptions options, bool labelled)
    {
        try
        {
            return new PairFile(table, options, labelled);
        }
        catch
        {
            table.Dispose();
            throw;
        }
    }

    /// <summary>A second sentence that only its column's spelling hides would be passed over in silence.</summary>
    private void RefuseNearMiss(string second)
    {
        if (_table.Columns.FirstOrDefault(column => column.AsSpan().Trim().Equals(second, StringComparison.OrdinalIgnoreCase)) is { } near)
        {
            throw new BertMLNetException(
                $"{Name}, line 1: there is a column '{near}', and none that is named '{second}'; rename it, or name it as the second "
                + "sentence's (option sentence2).");
        }
    }

    private IEnumerable<PairExample> Examples(IEnumerable<TableRow> rows)
    {
        foreach (TableRow row in rows)
        {
            string first = row.Values[0];
            string? second = HasPairs ? row.Values[_second] : null;
            string? label = _label >= 0 ? row.Values[_label] : null;
            int longest = Math.Max(first.Length, second?.Length ?? 0);
            if (longest > _options.MaxCharacters)
            {
                Report(row.Line, $"a sentence has {longest:N0} characters; the most accepted is {_options.MaxCharacters:N0}.");
                continue;
            }
            if (label is not null && string.IsNullOrWhiteSpace(label))
            {
                Report(row.Line, "the label is empty; give every row one.");
                continue;
            }
            if (KnownLabels is not null && label is "0" or "1")
                label = KnownLabels[label[0] - '0'];
            yield return new PairExample(first, second, label, row.Line, _group >= 0 ? row.Values[_group] : null);
        }
    }

    /// <inheritdoc/>
    public void Report(long line, string error) => _table.Report(line, error);
}

/// <summary>Which columns of a file hold the sentences and the label.</summary>
public sealed record PairFileOptions
{
    /// <summary>The first sentence's column; null for <c>sentence1</c>, or <c>#1 String</c> in MRPC's files.</summary>
    public string? Sentence1Column { get; init; }

    /// <summary>
    /// The second sentence's column; null for <c>sentence2</c> (<c>#2 String</c>), or none where the file has no such column.
    /// </summary>
    public string? Sentence2Column { get; init; }

    /// <summary>The label's column; null for <c>label</c>, or <c>Quality</c> in MRPC's files.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>The column of what rows to be ranked together have in common; null for none.</summary>
    public string? GroupColumn { get; init; }

    /// <summary>The longest sentence accepted, in UTF-16 units; a row with a longer one is a bad row.</summary>
    public int MaxCharacters { get; init; } = 1_000_000;

    /// <summary>The format, limits and what happens to bad rows.</summary>
    public TableOptions Table { get; init; } = new();
}
