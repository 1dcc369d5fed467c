using System.CommandLine;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>How any file of rows with named columns that a command reads is written, and how much of it to read.</summary>
internal sealed class TableInputOptions
{
    private readonly Option<int?> _maxRows = CommonOptions.Positive("--max-rows", "Read N rows and no more (default: all).");
    private readonly Option<int?> _maxCharacters = CommonOptions.Positive(
        "--max-characters", "The longest sentence accepted (default: 1000000).");

    /// <summary>The format.</summary>
    public Option<string?> Format { get; } = CommonOptions.OptionalChoice(
        "--format", "The input's format (default: by its ending; jsonl on standard input).", "tsv", "csv", "jsonl");

    /// <summary>The options, to be added to a command.</summary>
    public IReadOnlyList<Option> All => [Format, _maxRows, _maxCharacters];

    /// <summary>An option that names a column.</summary>
    public static Option<string?> Column(string name, string description) =>
        CommonOptions.Optional(name, "COLUMN", description);

    /// <summary>The longest text accepted, in UTF-16 units.</summary>
    public int MaxCharacters(ParseResult arguments) => arguments.GetValue(_maxCharacters) ?? new PairFileOptions().MaxCharacters;

    /// <summary>The options as the library takes them.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="onBadRow">Is told of bad rows, which are then left out; null where a bad row is an error.</param>
    public TableOptions Read(ParseResult arguments, Action<BertMLNetException>? onBadRow) => new()
    {
        Format = arguments.GetValue(Format) switch
        {
            "tsv" => TableFormat.Tsv,
            "csv" => TableFormat.Csv,
            "jsonl" => TableFormat.JsonLines,
            _ => null,
        },
        OnBadRow = onBadRow,
        MaxRows = arguments.GetValue(_maxRows) ?? int.MaxValue,
    };

    /// <summary>
    /// Opens a file, or what may keep its reader waiting: standard input has JSON lines unless told otherwise, and may be empty.
    /// </summary>
    public static TableReader Open(CliTerminal terminal, string input, TableOptions options)
    {
        if (input == CliTerminal.Standard)
            options = options with { Format = options.Format ?? TableFormat.JsonLines, AllowEmpty = true };
        return terminal.TryOpenStream(input) is { } stream
            ? TableReader.Open(stream, CliTerminal.NameOf(input), options)
            : TableReader.Open(input, options);
    }
}
