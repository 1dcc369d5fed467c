using System.CommandLine;
using System.Globalization;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.Tokenization;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>Classes, labels or values of sentences, or of pairs of them.</summary>
internal sealed class PairTask : CliTask
{
    private const string Classes = "classes", Labels = "labels", Value = "value";
    private const string Squared = "squared", Logistic = "logistic";

    private const long LargestNames = 1 << 20;

    private readonly TaskUse _use;
    private readonly PairInputOptions _columns;

    private readonly Option<string?> _problem = CommonOptions.OptionalChoice(
        "--problem", "What a row's label is: one class, any number of labels separated by commas, or a number (default: classes).",
        Classes, Labels, Value);

    private readonly Option<string?> _loss = CommonOptions.OptionalChoice(
        "--loss",
        "How a value is learned: by its squared error, or, where it is 1 or 0 for what is relevant or not, by the logistic loss, as "
        + "rerankers are (default: squared).",
        Squared, Logistic);

    private readonly Option<string?> _labelNames = CommonOptions.Optional(
        "--label-names", "FILE", "The names of all classes or labels, one a line, in order; rows may then give their index, from 0.");

    private readonly Option<bool> _thresholdPerLabel = CommonOptions.Flag(
        "--threshold-per-label", "Choose a threshold for each label on the validation data, and not one for all.");

    private readonly Option<bool> _balance = CommonOptions.Flag("--balance-classes", "Let rare classes count as much as frequent ones.");

    private readonly Option<string[]> _classWeights = new("--class-weight")
    {
        Description = "What an example of a class counts for, where not 1, as LABEL=N; once a class.",
        HelpName = "LABEL=N",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> _labelsAreClasses = CommonOptions.Flag(
        "--labels-are-classes", "Take labels as classes even where they look like scores.");

    private readonly Option<string?> _metric = CommonOptions.OptionalChoice(
        "--metric",
        "What decides between epochs (default: accuracy of classes, microF1 of labels, pearson of values, averagePrecision of relevance, "
        + "mrr of groups).",
        [
            .. new[] { ClassificationMetrics.Names, MultiLabelMetrics.Names, ScoreMetrics.OfValues, ScoreMetrics.OfGroups }
                .SelectMany(names => names.All).Distinct(),
        ]);

    /// <summary>Creates the options.</summary>
    public PairTask(TaskUse use)
    {
        _use = use;
        _columns = new(labelled: use != TaskUse.Scoring);
    }

    public override string Name => "pair";

    public override string Does => "classify or score sentences";

    public override string DoesAlone => "classifies or scores sentences";

    public override Head Head => Heads.Classes;

    public override bool Scores(Head head) => head == Heads.Classes || head == Heads.Labels || head == Heads.Value;

    public override IReadOnlyList<Option> Options => _use switch
    {
        TaskUse.None => [],
        TaskUse.Training => 
            [.. _columns.All, _problem, _loss, _labelNames, _thresholdPerLabel, _balance, _classWeights, _labelsAreClasses, _metric],
        _ => _columns.All,
    };

    public override TrainingRunOptions ReadTraining(ParseResult arguments, string trainingPath, string? validationPath)
    {
        PairFileOptions columns = _columns.Read(arguments);
        PairProblem problem = ReadProblem(arguments);
        if (arguments.GetValue(_balance) && arguments.GetResult(_classWeights) is not null)
            throw new UsageException("--balance-classes and --class-weight both say what a class counts for; leave one of them out.");
        var defaults = new PairFineTuningOptions { ModelPath = "", OutputPath = "", Training = () => PairFile.Open(trainingPath, columns) };
        return defaults with
        {
            Validation = validationPath is null ? null : () => PairFile.Open(validationPath, columns),
            Problem = problem,
            Labels = arguments.GetValue(_labelNames) is { } names ? ReadNames(names) : null,
            ThresholdPerLabel = arguments.GetValue(_thresholdPerLabel),
            BalanceClasses = arguments.GetValue(_balance),
            ClassWeights = ClassWeights(arguments),
            LabelsAreClasses = arguments.GetValue(_labelsAreClasses),
            Metric = arguments.GetValue(_metric),
        };
    }

    public override TaskEvaluation Evaluate(
        ParseResult arguments, ModelFolder model, string data, ScoringOptions scoring, Action<int> onProgress,
        CancellationToken cancellationToken)
    {
        var kind = PairKind.Of(model.LoadConfig());
        if (!kind.HasGroups)
            Refuse(arguments, "is for models that give a value; this one does not", _columns.Group!);
        using PairFile file = PairFile.Open(data, _columns.Read(arguments));
        return kind.Evaluate(model.FolderPath, scoring, file, onProgress, cancellationToken);
    }

    public override IScoringJob OpenScoring(
        ParseResult arguments, CliTerminal terminal, ModelFolder model, string input, ScoringOptions scoring) =>
        PairKind.Of(model.LoadConfig()).Load(
            model.FolderPath, scoring, onBadRow => _columns.Open(arguments, terminal, input, onBadRow));

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

    public override string DemoWhat => "sentence pairs";

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

    /// <summary>What is to be learned, and no option beside it that means nothing for it.</summary>
    private PairProblem ReadProblem(ParseResult arguments)
    {
        string problem = arguments.GetValue(_problem) ?? Classes;
        bool relevance = arguments.GetValue(_loss) == Logistic;
        if (problem != Classes)
            Refuse(arguments, $"belongs to --problem {Classes}", _balance, _classWeights, _labelsAreClasses);
        if (problem != Labels)
            Refuse(arguments, $"belongs to --problem {Labels}", _thresholdPerLabel);
        if (problem == Value)
            Refuse(arguments, $"belongs to --problem {Classes} or {Labels}", _labelNames);
        else
            Refuse(arguments, $"belongs to --problem {Value}", _loss);
        if (!relevance)
            Refuse(arguments, $"belongs to --problem {Value} --loss {Logistic}", _columns.Group!);
        return problem switch
        {
            Labels => PairProblem.Labels,
            Value => relevance ? PairProblem.Relevance : PairProblem.Value,
            _ => PairProblem.Classes,
        };
    }

    private static void Refuse(ParseResult arguments, string why, params IEnumerable<Option> options)
    {
        if (options.FirstGiven(arguments.CommandResult) is { } given)
            throw new UsageException($"{given.Name} {why}.");
    }

    /// <summary>The lines of a file of names.</summary>
    private static string[] ReadNames(string path)
    {
        string text = System.Text.Encoding.UTF8.GetString(SmallFile.Read(path, LargestNames));
        string[] names = [.. text.Split('\n').Select(line => line.Trim())];
        // The last line ends with a line break, and a file of Windows may begin with a mark.
        names = [.. names.Index().Where(line => line.Item.Length > 0 || line.Index < names.Length - 1)
            .Select(line => line.Item.TrimStart('\uFEFF'))];
        if (Array.IndexOf(names, "") is >= 0 and var empty)
            throw new BertMLNetException($"{path}, line {empty + 1}: the name is empty; expected one a line.");
        if (names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(name => name.Count() > 1) is { } twice)
            throw new BertMLNetException($"{path}: '{twice.Key}' is there twice; expected different names.");
        return names.Length > 1 ? names : throw new BertMLNetException($"{path}: there are {names.Length} names; expected two or more.");
    }
}
