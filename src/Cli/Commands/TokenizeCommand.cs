using System.CommandLine;
using System.Text.Json;
using BertMLNet.Modeling;
using BertMLNet.Tokenization;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary><c>tokenize</c>: tokens, ids, type ids and offsets, one JSON object a text.</summary>
internal sealed class TokenizeCommand : CliCommand
{
    private static readonly string[] TableEndings = [".tsv", ".csv", ".jsonl", ".ndjson", ".json"];

    private readonly Option<string?> _model = new("--model")
    {
        Description = CommonOptions.WithShippedModel("The model folder whose tokenizer to use."),
        HelpName = CommonOptions.ModelName,
    };

    private readonly Option<string?> _vocabulary = new("--vocab")
    {
        Description = "A vocabulary, vocab.txt or tokenizer.json, instead of a model folder.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _cased = new("--cased") { Description = "With --vocab: keep case and accents." };

    private readonly Option<string?> _input = new("--input")
    {
        Description = "One text a line ('-': standard input), or a .tsv, .csv or .jsonl file of sentences or pairs.",
        HelpName = "FILE|-",
    };

    private readonly Option<string?> _pair = CommonOptions.Text("--pair", "A second text to go with each TEXT.");

    private readonly Option<int?> _maxLength = CommonOptions.Number<int>(
        "--max-length", "The longest encoding in tokens, special tokens included.");

    private readonly Option<string> _truncation = new("--truncation")
    {
        Description = "Which text is shortened to --max-length.",
        DefaultValueFactory = _ => "longest-first",
    };

    private readonly Option<int?> _stride = CommonOptions.Number<int>(
        "--stride", "Cut long texts into windows that share N tokens, and print them all.");

    private readonly Argument<string[]> _texts = new("TEXT") { Description = "Texts to tokenize.", Arity = ArgumentArity.ZeroOrMore };

    private readonly PairInputOptions _columns = new(labelled: false);

    public TokenizeCommand(CliTerminal terminal)
        : base("tokenize", "Show the tokens, ids, type ids and offsets of texts or pairs: one JSON object a line.", terminal)
    {
        _truncation.AcceptOnlyFromAmong("longest-first", "only-first", "only-second");
        Options.Add(_model);
        Options.Add(_vocabulary);
        Options.Add(_cased);
        Options.Add(_input);
        Options.Add(_pair);
        Options.Add(_maxLength);
        Options.Add(_truncation);
        Options.Add(_stride);
        _columns.AddTo(this);
        Arguments.Add(_texts);
        Validators.Add(command =>
        {
            if (command.GetResult(_model) is null == command.GetResult(_vocabulary) is null)
                command.AddError("Give either --model or --vocab.");
            if (command.GetResult(_input) is null == (command.GetValue(_texts) is not { Length: > 0 }))
                command.AddError("Give either texts or --input.");
            if (command.GetValue(_cased) && command.GetValue(_vocabulary)?.EndsWith(".json", StringComparison.OrdinalIgnoreCase) is null or true)
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
            JsonOutput.WriteLine(arguments.InvocationConfiguration.Output, json =>
            {
                WriteEncoding(json, tokenizer, encoding);
                if (stride is not null)
                    WriteWindows(json, tokenizer, encoding);
            });
        }
        return Task.CompletedTask;
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
            : TextLines.Read(Terminal.OpenInput(input), CliTerminal.NameOf(input), cancellationToken: cancellationToken).Select(line => (line, pair));
    }

    private IEnumerable<(string Text, string? Pair)> Pairs(ParseResult arguments, string input, CancellationToken cancellationToken)
    {
        using PairFile file = _columns.Open(arguments, Terminal, input);
        foreach (PairExample example in file.Read(cancellationToken))
            yield return (example.Sentence1, example.Sentence2);
    }

    private static void WriteWindows(Utf8JsonWriter json, WordPieceTokenizer tokenizer, Encoding encoding)
    {
        json.WriteStartArray("windows");
        foreach (Encoding window in encoding.Windows)
        {
            json.WriteStartObject();
            WriteEncoding(json, tokenizer, window);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteEncoding(Utf8JsonWriter json, WordPieceTokenizer tokenizer, Encoding encoding)
    {
        json.WriteStartArray("tokens");
        foreach (int id in encoding.Ids)
            json.WriteStringValue(tokenizer.Vocabulary[id]);
        json.WriteEndArray();
        json.WriteStartArray("ids");
        foreach (int id in encoding.Ids)
            json.WriteNumberValue(id);
        json.WriteEndArray();
        json.WriteStartArray("typeIds");
        foreach (int type in encoding.TypeIds)
            json.WriteNumberValue(type);
        json.WriteEndArray();
        json.WriteStartArray("offsets");
        foreach (TokenOffset offset in encoding.Offsets)
        {
            json.WriteStartArray();
            json.WriteNumberValue(offset.Start);
            json.WriteNumberValue(offset.End);
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }
}
