using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using BertMLNet.Modeling;
using BertMLNet.Tokenization;

namespace BertMLNet.Cli;

/// <summary><c>train-vocab</c>: a WordPiece vocabulary from plain text.</summary>
internal sealed class TrainVocabCommand : CliCommand
{
    private static readonly VocabularyTrainingOptions Defaults = new();

    private readonly Option<string[]> _input = new("--input")
    {
        Description = "Text to learn from: a file, as it is or compressed with gzip, or a folder of .txt and .txt.gz files. May be given "
            + "several times.",
        HelpName = "PATH",
        Required = true,
    };

    private readonly Option<int[]> _weight = new("--weight")
    {
        Description = "How often each word of an --input counts, once an --input, in their order (default: 1).",
        HelpName = "N",
    };

    private readonly Option<string> _output = CommonOptions.Required("--output", "vocab.txt", "The vocabulary to write.");
    private readonly Option<int> _size = CommonOptions.Positive("--size", "How many tokens the vocabulary has.", Defaults.Size);

    private readonly Option<int> _minFrequency = CommonOptions.Positive(
        "--min-frequency", "How often, by weight, a character or a pair of pieces must stand in the text to get in.",
        (int)Defaults.MinFrequency);

    private readonly Option<int> _limitAlphabet = CommonOptions.Positive(
        "--limit-alphabet", "The most characters that words are spelt with, the most frequent ones.", Defaults.AlphabetLimit);

    private readonly Option<int> _maxWords = CommonOptions.Positive(
        "--max-words", "The most different words remembered; beyond that the rarest are forgotten.", Defaults.MaxDistinctWords);

    private readonly Option<int> _threads = CommonOptions.Positive(
        "--threads", "Threads that count words; the vocabulary does not depend on it.", Defaults.Threads);

    private readonly Option<string> _merges = CommonOptions.Choice(
        "--merges", "Which pieces are joined next: the most frequent pair, or the pair that makes the text likeliest.",
        "frequency", "likelihood");

    private readonly Option<bool> _cased = CommonOptions.Flag("--cased", "Keep case and accents (default: lower case without accents).");

    private readonly Option<string[]> _heldOut = new("--held-out")
    {
        Description = "Text to report on without learning from it: how many pieces a word takes, how many words are [UNK]. May be given "
            + "several times.",
        HelpName = "PATH",
        DefaultValueFactory = _ => [],
    };

    public TrainVocabCommand(CliTerminal terminal)
        : base("train-vocab", "Learn a WordPiece vocabulary from plain text.", terminal)
    {
        Add(_input, _weight, _output, _size, _minFrequency, _limitAlphabet, _cased, _merges, _maxWords, _threads, _heldOut);
        Validators.Add(command =>
        {
            int[] weights = command.GetValue(_weight) ?? [];
            if (weights.Length > 0 && weights.Length != command.GetValue(_input)?.Length)
                command.AddError("Give --weight once for each --input.");
            if (weights.Any(weight => weight < 1))
                command.AddError("--weight must be at least 1.");
        });
    }

    protected override async Task RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        int[] weights = arguments.GetValue(_weight) ?? [];
        TextSource[] sources = [.. arguments.GetRequiredValue(_input)
            .Select((path, i) => new TextSource(path, weights.Length > 0 ? weights[i] : 1))];
        var options = new VocabularyTrainingOptions
        {
            Size = arguments.GetValue(_size),
            MinFrequency = arguments.GetValue(_minFrequency),
            AlphabetLimit = arguments.GetValue(_limitAlphabet),
            MaxDistinctWords = arguments.GetValue(_maxWords),
            Threads = arguments.GetValue(_threads),
            Merges = arguments.GetValue(_merges) == "likelihood" ? MergeRule.Likelihood : MergeRule.Frequency,
            Normalizer = new BertNormalizer { Lowercase = !arguments.GetValue(_cased) },
        };
        string[] heldOut = arguments.GetRequiredValue(_heldOut);
        string output = arguments.GetRequiredValue(_output);
        string[] texts = [.. sources.Select(source => source.Path), .. heldOut];
        if (texts.FirstOrDefault(path => !Path.Exists(path)) is { } missing)
            throw new BertMLNetException($"{missing}: no such file or folder; expected text to learn from, or to report on.");
        if (texts.FirstOrDefault(path => RealPath.Same(path, output)) is { } text)
            throw new UsageException($"--output {output} is the text {text}, which would be lost; name another file.");
        var watch = Stopwatch.StartNew();
        var (result, measured) = await ProgressBar.RunAsync(Terminal, "counting words", "%", bar =>
        {
            var progress = new VocabularyProgressBar(bar);
            VocabularyTrainingResult trained = VocabularyTrainer.Train(sources, options, progress, cancellationToken);
            VocabularyCoverage[] coverage = [.. heldOut.Select(path =>
                VocabularyTrainer.Measure(trained.Vocabulary, [new TextSource(path)], options, progress, cancellationToken))];
            return Task.FromResult((trained, coverage));
        });
        result.Vocabulary.Save(output);
        Warn(options, result);
        if (WantsJson(arguments))
            WriteJson(arguments.InvocationConfiguration.Output, output, result, heldOut.Zip(measured), watch.Elapsed);
        else
            Write(arguments.InvocationConfiguration.Output, output, result, heldOut.Zip(measured));
    }

    private void Warn(VocabularyTrainingOptions options, VocabularyTrainingResult result)
    {
        if (result.Vocabulary.Count < options.Size)
        {
            Terminal.Notice(FormattableString.Invariant(
                $"warning: the vocabulary has {result.Vocabulary.Count} tokens, not {options.Size}: no other pair stands ") +
                FormattableString.Invariant($"{options.MinFrequency} times in the text; ") +
                "give more text, or lower --min-frequency");
        }
        if (result.ForgottenWords > 0)
        {
            Terminal.Notice(FormattableString.Invariant(
                $"warning: {result.ForgottenWords} rare words were forgotten, as there are more than {options.MaxDistinctWords} ") +
                "different ones; --max-words raises that");
        }
    }

    private static void Write(
        TextWriter output, string path, VocabularyTrainingResult result, IEnumerable<(string Path, VocabularyCoverage Coverage)> heldOut)
    {
        output.WriteLine(FormattableString.Invariant(
            $"{path}: {result.Vocabulary.Count} tokens, {result.AlphabetSize} characters, from {result.DistinctWords} different words"));
        output.WriteLine();
        TextTable.Write(
            output,
            ["text", "words", "pieces a word", "[UNK]"],
            [
                .. heldOut.Prepend(("learnt from", result.Coverage)).Select(row => (IReadOnlyList<string>)
                [
                    row.Item1,
                    row.Item2.Words.ToString("N0", CultureInfo.InvariantCulture),
                    row.Item2.PiecesPerWord.ToString("0.0000", CultureInfo.InvariantCulture),
                    row.Item2.UnknownShare.ToString("0.000%", CultureInfo.InvariantCulture),
                ]),
            ],
            1, 2, 3);
    }

    private static void WriteJson(
        TextWriter output, string path, VocabularyTrainingResult result,
        IEnumerable<(string Path, VocabularyCoverage Coverage)> heldOut, TimeSpan elapsed) => JsonOutput.WriteLine(output, new
    {
        output = path,
        size = result.Vocabulary.Count,
        alphabet = result.AlphabetSize,
        distinctWords = result.DistinctWords,
        forgottenWords = result.ForgottenWords,
        words = result.Coverage.Words,
        piecesPerWord = result.Coverage.PiecesPerWord,
        unknownShare = result.Coverage.UnknownShare,
        heldOut = heldOut.Select(text => new
        {
            path = text.Path,
            words = text.Coverage.Words,
            piecesPerWord = text.Coverage.PiecesPerWord,
            unknownShare = text.Coverage.UnknownShare,
        }),
        seconds = elapsed.TotalSeconds,
    });
}
