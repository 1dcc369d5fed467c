using System.CommandLine;
using System.Globalization;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.Tokenization;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>Classifying sentences, or pairs of them.</summary>
internal sealed class PairTask : CliTask
{
    private readonly TaskUse _use;
    private readonly PairInputOptions _columns;

    private readonly Option<bool> _balance = new("--balance-classes") { Description = "Let rare classes count as much as frequent ones." };

    private readonly Option<string[]> _classWeights = new("--class-weight")
    {
        Description = "What an example of a class counts for, where not 1, as LABEL=N; once a class.",
        HelpName = "LABEL=N",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> _labelsAreClasses = new("--labels-are-classes")
    {
        Description = "Take labels as classes even where they look like scores.",
    };

    private readonly Option<string?> _metric = new("--metric") { Description = "What decides between epochs (default: accuracy)." };

    /// <summary>Creates the options.</summary>
    public PairTask(TaskUse use)
    {
        _use = use;
        _columns = new(labelled: use != TaskUse.Scoring);
        _metric.AcceptOnlyFromAmong(ClassificationMetrics.AccuracyName, ClassificationMetrics.F1Name, ClassificationMetrics.MatthewsName);
    }

    /// <inheritdoc/>
    public override string Name => "pair";

    /// <inheritdoc/>
    public override string Does => "classify sentences";

    /// <inheritdoc/>
    public override string DoesAlone => "classifies sentences";

    /// <inheritdoc/>
    public override Head Head => Heads.Classes;

    /// <inheritdoc/>
    public override bool Scores(Head head) => head == Heads.Classes || head == Heads.Value;

    /// <inheritdoc/>
    public override IReadOnlyList<Option> Options => _use switch
    {
        TaskUse.None => [],
        TaskUse.Training => [.. _columns.All, _balance, _classWeights, _labelsAreClasses, _metric],
        _ => _columns.All,
    };

    /// <inheritdoc/>
    public override TrainingRunOptions ReadTraining(ParseResult arguments, string trainingPath, string? validationPath)
    {
        PairFileOptions columns = _columns.Read(arguments);
        if (arguments.GetValue(_balance) && arguments.GetResult(_classWeights) is not null)
            throw new UsageException("--balance-classes and --class-weight both say what a class counts for; leave one of them out.");
        var defaults = new PairFineTuningOptions { ModelPath = "", OutputPath = "", Training = () => PairFile.Open(trainingPath, columns) };
        return defaults with
        {
            Validation = validationPath is null ? null : () => PairFile.Open(validationPath, columns),
            BalanceClasses = arguments.GetValue(_balance),
            ClassWeights = ClassWeights(arguments),
            LabelsAreClasses = arguments.GetValue(_labelsAreClasses),
            Metric = arguments.GetValue(_metric) ?? defaults.Metric,
        };
    }

    /// <inheritdoc/>
    public override TaskEvaluation Evaluate(
        ParseResult arguments, ModelFolder model, string data, ScoringOptions scoring, Action<int> onProgress,
        CancellationToken cancellationToken)
    {
        using PairClassifier classifier = PairClassifier.Load(model.FolderPath, scoring);
        using PairFile file = PairFile.Open(data, _columns.Read(arguments));
        ClassificationMetrics metrics = PairEvaluator.Evaluate(classifier, file, onProgress, cancellationToken);
        return new(metrics.WriteProperties, output => Write(output, metrics));
    }

    /// <inheritdoc/>
    public override IScoringJob OpenScoring(
        ParseResult arguments, CliTerminal terminal, ModelFolder model, string input, ScoringOptions scoring) =>
        new Job(PairClassifier.Load(model.FolderPath, scoring), onBadRow => _columns.Open(arguments, terminal, input, onBadRow));

    /// <inheritdoc/>
    public override IFeatureSet ReadRows(
        ModelFolder model, BertConfig config, WordPieceTokenizer tokenizer, string? data, int count, CancellationToken cancellationToken) =>
        PairEncoders.For(tokenizer, config.LongestClassified).Tokenize(ReadSentences(data, count, cancellationToken));

    /// <summary>Reads sentences, or pairs of them; generated ones where there is no file.</summary>
    public static IReadOnlyList<(string Sentence1, string? Sentence2)> ReadSentences(
        string? data, int count, CancellationToken cancellationToken)
    {
        if (data is null)
            return [.. new PairGenerator(seed: 1).HeldOut(count).Select(pair => (pair.Sentence1, (string?)pair.Sentence2))];
        using PairFile file = PairFile.Open(data, labelled: false);
        return [.. file.Read(cancellationToken).Take(count).Select(example => (example.Sentence1, example.Sentence2))];
    }

    /// <inheritdoc/>
    public override string DemoWhat => "sentence pairs";

    /// <inheritdoc/>
    public override Demo CreateDemo(string folder) => PairDemo.Create(folder);

    /// <summary>The weights by class; a label may hold an equals sign itself.</summary>
    private Dictionary<string, float> ClassWeights(ParseResult arguments)
    {
        var weights = new Dictionary<string, float>();
        foreach (string text in arguments.GetValue(_classWeights) ?? [])
        {
            int split = text.LastIndexOf('=');
            if (split < 1 || !float.TryParse(text.AsSpan(split + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out float weight))
                throw new UsageException($"--class-weight: '{text}' is not of the form LABEL=N, e.g. equivalent=0.5.");
            if (!weights.TryAdd(text[..split], weight))
                throw new UsageException($"--class-weight: '{text[..split]}' is given twice.");
        }
        return weights;
    }

    private static void Write(TextWriter output, ClassificationMetrics metrics)
    {
        output.WriteLine(Shown.Plain($"{metrics.Count} rows: {metrics}"));
        output.WriteLine();
        TextTable.Write(
            output,
            ["right \\ predicted", .. metrics.Labels],
            [
                .. metrics.Labels.Select((label, right) => (IReadOnlyList<string>)
                [
                    label,
                    .. metrics.Labels.Select((_, predicted) => metrics.Confusion(right, predicted).ToString(CultureInfo.InvariantCulture)),
                ]),
            ],
            [.. Enumerable.Range(1, metrics.Labels.Count)]);
    }

    /// <summary>Classifies the rows of an input.</summary>
    /// <param name="classifier">The model, which is the job's from now on.</param>
    /// <param name="open">Opens the input.</param>
    private sealed class Job(PairClassifier classifier, Func<Action<BertMLNetException>?, PairFile> open)
        : ScoringJob<TextPair, PairPrediction>
    {
        public override IReadOnlyList<string> Columns { get; } = ["label", .. classifier.Labels.Select(label => $"score_{label}")];

        public override void Dispose() => classifier.Dispose();

        protected override IEnumerable<TextPair> Read(Action<BertMLNetException>? onBadRow, CancellationToken cancellationToken)
        {
            using PairFile file = open(onBadRow);
            if (!file.IsEmpty)
                file.RequireKindOf(classifier);
            foreach (PairExample example in file.Read(cancellationToken))
                yield return new TextPair(example.Sentence1, example.Sentence2);
        }

        protected override IEnumerable<PairPrediction> Score(IEnumerable<TextPair> rows, CancellationToken cancellationToken) =>
            classifier.ScoreStream(rows, cancellationToken);

        protected override void Write(ResultWriter results, TextPair row, PairPrediction result)
        {
            if (results.WritesTsv)
            {
                results.WriteCells(
                    [result.Label, .. result.Probabilities.ToArray().Select(score => score.ToString(CultureInfo.InvariantCulture))]);
                return;
            }
            results.WriteObject(json =>
            {
                json.WriteString("label", result.Label);
                json.WriteStartObject("scores");
                for (int i = 0; i < classifier.Labels.Count; i++)
                    json.WriteNumber(classifier.Labels[i], result.Probabilities.Span[i]);
                json.WriteEndObject();
                json.WriteStartArray("logits");
                foreach (float logit in result.Logits.Span)
                    json.WriteNumberValue(logit);
                json.WriteEndArray();
            });
        }
    }
}
