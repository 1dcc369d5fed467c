using System.CommandLine;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>How the files of sentences or pairs that a command reads are written: format and columns.</summary>
internal sealed class PairInputOptions
{
    private readonly Option<string?> _sentence1 = TableInputOptions.Column(
        "--sentence1", "The first sentence's column (default: sentence1; MRPC's own header is understood).");
    private readonly Option<string?> _sentence2 = TableInputOptions.Column(
        "--sentence2", "The second sentence's column (default: sentence2, or none where there is no such column).");
    private readonly Option<string?>? _label;

    private readonly TableInputOptions _table = new();

    /// <summary>Creates the options; with a label's column where the command reads labels.</summary>
    public PairInputOptions(bool labelled)
    {
        if (labelled)
        {
            _label = TableInputOptions.Column("--label", "The label's column (default: label).");
            Group = TableInputOptions.Column(
                "--group", "The column of what rows to be ranked together share, such as their query (default: none).");
        }
    }

    /// <summary>The column of groups; null where the command reads no labels.</summary>
    public Option<string?>? Group { get; }

    /// <summary>The options, to be added to a command.</summary>
    public IReadOnlyList<Option> All =>
        [_sentence1, _sentence2, .. _label is null ? Array.Empty<Option>() : [_label, Group!], .. _table.All];

    /// <summary>Whether an option was given that only a table can have.</summary>
    public bool NameTable(ParseResult arguments) =>
        new Option[] { _sentence1, _sentence2, _table.Format }.Any(option => arguments.GetResult(option) is not null);

    /// <summary>The options as the library takes them.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="onBadRow">Is told of bad rows, which are then left out; null where a bad row is an error.</param>
    public PairFileOptions Read(ParseResult arguments, Action<BertMLNetException>? onBadRow = null)
    {
        var defaults = new PairFileOptions();
        return defaults with
        {
            Sentence1Column = arguments.GetValue(_sentence1),
            Sentence2Column = arguments.GetValue(_sentence2),
            LabelColumn = _label is null ? null : arguments.GetValue(_label),
            GroupColumn = Group is null ? null : arguments.GetValue(Group),
            MaxCharacters = _table.MaxCharacters(arguments),
            Table = _table.Read(arguments, onBadRow),
        };
    }

    /// <summary>Opens a file, or standard input, of unlabelled rows.</summary>
    public PairFile Open(ParseResult arguments, CliTerminal terminal, string input, Action<BertMLNetException>? onBadRow = null)
    {
        PairFileOptions options = Read(arguments, onBadRow);
        return PairFile.Over(TableInputOptions.Open(terminal, input, options.Table), options, labelled: false);
    }
}
