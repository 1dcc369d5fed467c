using System.CommandLine;
using BertMLNet.Modeling;
using BertMLNet.Tokenization;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary><c>tokenize</c>: tokens, ids, type ids and offsets, one JSON object a text.</summary>
internal sealed class TokenizeCommand : CliCommand
{
    private static readonly string[] TableEndings = [".tsv", ".csv", ".jsonl", ".ndjson", ".json"];

    private readonly Option<string?> _model = CommonOptions.Optional(
        "--model", CommonOptions.ModelName, CommonOptions.WithShippedModel("The model folder whose tokenizer to use."));

    private readonly Option<string?> _vocabulary = CommonOptions.Optional(
        "--vocab", "FILE", "A vocabulary, vocab.txt or tokenizer.json, instead of a model folder.");

    private readonly Option<bool> _cased = CommonOptions.Flag("--cased", "With --vocab: keep case and accents.");
    private readonly Option<string?> _input = CommonOptions.Optional(
        "--input", "FILE|-", "One text a line ('-': standard input), or a .tsv, .csv or .jsonl file of sentences or pairs.");

    private readonly Option<string?> _pair = CommonOptions.Text("--pair", "A second text to go with each TEXT.");

    private readonly Option<int?> _maxLength = CommonOptions.Number<int>(
        "--max-length", "The longest encoding in tokens, special tokens included.");

    private readonly Option<string> _truncation = CommonOptions.Choice(
        "--truncation", "Which text is shortened to --max-length.", "longest-first", "only-first", "only-second");

    private readonly Option<int?> _stride = CommonOptions.Number<int>(
        "--stride", "Cut long texts into windows that share N tokens, and print them all.");

    private readonly Argument<string[]> _texts = new("TEXT") { Description = "Texts to tokenize.", Arity = ArgumentArity.ZeroOrMore };

    private readonly PairInputOptions _columns = new(labelled: false);

    public TokenizeCommand(CliTerminal terminal)
        : base("tokenize", "Show the tokens, ids, type ids and offsets of texts or pairs: one JSON object a line.", terminal)
    {
        Add([_model, _vocabulary, _cased, _input, _pair, _maxLength, _truncation, _stride, .. _columns.All]);
        Arguments.Add(_texts);
        Validators.Add(command =>
        {
            if (command.GetResult(_model) is null == command.GetResult(_vocabulary) is null)
                command.AddError("Give either --model or --vocab.");
            if (command.GetResult(_input) is null == (command.GetValue(_texts) is not { Length: > 0 }))
                command.AddError("Give either texts or --input.");
            string? vocabulary = command.GetValue(_vocabulary);
            if (command.GetValue(_cased) && vocabulary?.EndsWith(".json", StringComparison.OrdinalIgnoreCase) is null or true)
            {
                command.AddError(
                    "--cased is for a vocab.txt given with --vocab; models and tokenizer.json files say themselves how they treat case.");
            }
        });
    }

    protected override Task RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        WordPieceTokenizer tokenizer = LoadTokenizer(arguments);
        int? stride = arguments.GetValue(_stride);
        var options = new EncodeOptions
        {
            MaxLength = arguments.GetValue(_maxLength),
            Stride = stride,
            Truncation = arguments.GetValue(_truncation) switch
            {
                "only-first" => TruncationStrategy.OnlyFirst,
                "only-second" => TruncationStrategy.OnlySecond,
                _ => TruncationStrategy.LongestFirst,
            },
        };
        foreach ((string text, string? pair) in Texts(arguments, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Encoding encoding = tokenizer.Encode(text, pair, options);
            JsonOutput.WriteLine(
                arguments.InvocationConfiguration.Output,
                Shown(encoding, stride is null ? null : encoding.Windows.Select(window => Shown(window))));
        }
        return Task.CompletedTask;

        object Shown(Encoding encoding, IEnumerable<object>? windows = null) => new
        {
            tokens = encoding.Ids.Select(id => tokenizer.Vocabulary[id]),
            ids = encoding.Ids,
            typeIds = encoding.TypeIds,
            offsets = encoding.Offsets.Select(offset => new[] { offset.Start, offset.End }),
            windows,
        };
    }

    private WordPieceTokenizer LoadTokenizer(ParseResult arguments)
    {
        if (arguments.GetValue(_model) is { } model)
        {
            string path = ShippedModel.Resolve(model);
            return Directory.Exists(path) ? ModelFolder.Find(path).LoadTokenizer() : WordPieceTokenizer.Load(path);
        }
        string vocabulary = arguments.GetValue(_vocabulary)!;
        return arguments.GetValue(_cased)
            ? WordPieceTokenizer.LoadVocabulary(vocabulary, new BertNormalizer { Lowercase = false })
            : WordPieceTokenizer.Load(vocabulary);
    }

    private IEnumerable<(string Text, string? Pair)> Texts(ParseResult arguments, CancellationToken cancellationToken)
    {
        string? pair = arguments.GetValue(_pair);
        string? input = arguments.GetValue(_input);
        if (input is not null
            && (TableEndings.Contains(Path.GetExtension(input), StringComparer.OrdinalIgnoreCase) || _columns.NameTable(arguments)))
        {
            return pair is null
                ? Pairs(arguments, input, cancellationToken)
                : throw new UsageException(
                    $"{_pair.Name} is for plain texts; {input} is a table, whose rows have second texts of their own.");
        }
        if (_columns.All.FirstGiven(arguments.CommandResult) is { } foreign)
        {
            throw new UsageException(
                $"{foreign.Name} is for tables of sentences or pairs: a .tsv, .csv or .jsonl file, or an --input with its --format.");
        }
        return input is null
            ? arguments.GetRequiredValue(_texts).Select(text => (text, pair))
            : TextLines.Read(Terminal.OpenInput(input), CliTerminal.NameOf(input), cancellationToken: cancellationToken)
                .Select(line => (line, pair));
    }

    private IEnumerable<(string Text, string? Pair)> Pairs(ParseResult arguments, string input, CancellationToken cancellationToken)
    {
        using PairFile file = _columns.Open(arguments, Terminal, input);
        foreach (PairExample example in file.Read(cancellationToken))
            yield return (example.Sentence1, example.Sentence2);
    }
}
