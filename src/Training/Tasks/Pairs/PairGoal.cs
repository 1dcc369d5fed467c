using BertMLNet.Modeling;
using BertMLNet.Tokenization;

namespace BertMLNet.Training;

/// <summary>What a row's label says, and so what a model of pairs learns to give.</summary>
public enum PairProblem
{
    /// <summary>One class of several (<c>single_label_classification</c>): cross-entropy.</summary>
    Classes,

    /// <summary>Any number of labels, separated by commas (<c>multi_label_classification</c>): binary cross-entropy.</summary>
    Labels,

    /// <summary>A number (<c>regression</c>): mean squared error.</summary>
    Value,

    /// <summary>
    /// Whether the second text answers the first, 1 or 0: binary cross-entropy over one output, as rerankers are trained.
    /// </summary>
    Relevance,
}

/// <summary>
/// How one <see cref="PairProblem"/> is learned: its answers, its head, and what the model's configuration says then. There is one a run.
/// </summary>
internal abstract class PairGoal
{
    /// <summary>What the run's documents say of it.</summary>
    public abstract TaskText Text { get; }

    /// <summary>The head that learns it.</summary>
    public abstract Head Head { get; }

    /// <summary>Answers that a source's rows are added to.</summary>
    /// <param name="source">The rows.</param>
    /// <param name="like">The training data's answers where these are the validation data's; otherwise null.</param>
    public abstract PairAnswers Begin(IPairSource source, PairAnswers? like);

    /// <summary>The training data's answers in the words of the model that learns them.</summary>
    /// <param name="config">The configuration of the model to start from.</param>
    /// <param name="source">What the data is called in messages.</param>
    /// <param name="answers">The answers.</param>
    public abstract PairAnswers Fit(BertConfig config, string source, PairAnswers answers);

    /// <summary>The configuration of the model that learns these answers.</summary>
    public abstract BertConfig Configure(BertConfig config, PairAnswers answers);

    /// <summary>Loads the weights, with the head for these answers.</summary>
    public abstract ParameterSet Load(StartingModel start, BertConfig config, PairAnswers answers, CancellationToken cancellationToken);

    /// <summary>The configuration to keep, given what the kept weights reached.</summary>
    public virtual BertConfig Keep(BertConfig config, TaskMetrics best) => config;

    /// <summary>What decides the outcome beside what every pair's run has.</summary>
    public abstract IEnumerable<KeyValuePair<string, string>> Settings(PairAnswers answers);

    /// <summary>The goal that options ask for.</summary>
    /// <exception cref="BertMLNetException">They name a metric that it does not have.</exception>
    public static PairGoal Of(PairFineTuningOptions options) => options.Problem switch
    {
        PairProblem.Classes => new ClassGoal(options),
        PairProblem.Labels => new LabelGoal(options),
        _ => new ScoreGoal(options),
    };
}

/// <summary>A goal whose answers name labels: the rows of the model's head keep theirs.</summary>
internal abstract class NamedGoal(PairFineTuningOptions options) : PairGoal
{
    private const int NamesShown = 6;

    private int[]? _rows;
    private bool _orderKnown;

    /// <summary>What is learned and how.</summary>
    protected PairFineTuningOptions Options => options;

    /// <summary>Whether the model's head stays, having the data's labels.</summary>
    protected bool KeepsHead => _rows is not null;

    /// <summary>The labels in order where the options or the source say them.</summary>
    protected IReadOnlyList<string>? KnownLabels(IPairSource source, PairAnswers? like)
    {
        if (like is NamedAnswers learned)
            return learned.Labels;
        IReadOnlyList<string>? known = options.Labels ?? source.KnownLabels;
        _orderKnown = known is not null;
        return known;
    }

    public override PairAnswers Fit(BertConfig config, string source, PairAnswers answers)
    {
        var named = (NamedAnswers)answers;
        _rows = PlacesInHead(config, source, named, _orderKnown);
        return _rows is null ? named : InHeadsWords(config, named, _rows, _orderKnown);
    }

    public override BertConfig Configure(BertConfig config, PairAnswers answers) => config with
    {
        Labels = ((NamedAnswers)answers).Labels,
        ProblemType = null,
        ScoreActivation = null,
    };

    public override ParameterSet Load(StartingModel start, BertConfig config, PairAnswers answers, CancellationToken cancellationToken)
    {
        string? whyNewHead = _rows is null
            ? $"since the data's labels ({Names(config.Labels)}) are not the model's ({Names(start.Config.Labels)})"
            : null;
        ParameterSet parameters = start.LoadParameters(config, Head, cancellationToken, whyNewHead);
        return _orderKnown && _rows is not null && !options.FromScratch ? InOrder(parameters, _rows) : parameters;
    }

    public override IEnumerable<KeyValuePair<string, string>> Settings(PairAnswers answers) =>
        [new("labels", string.Join(", ", ((NamedAnswers)answers).Labels))];

    /// <summary>The first of several names, for messages.</summary>
    protected static string Names(IReadOnlyList<string> labels) =>
        string.Join(", ", labels.Take(NamesShown).Select(label => $"'{label}'"))
        + (labels.Count > NamesShown ? $" and {labels.Count - NamesShown} more" : "");

    /// <summary>
    /// The row of the model's head that each of the data's labels means. Names tell it where the model has them, and else nothing does
    /// but indices; see <see cref="NamedAnswers.PlacesAmong"/>.
    /// </summary>
    /// <returns>A row a label; null where the labels are others, and the head starts anew.</returns>
    private static int[]? PlacesInHead(BertConfig config, string source, NamedAnswers learned, bool orderKnown)
    {
        // A model that is no classifier has no head to keep, and names that nobody gave; where they agree they still say the order.
        bool classifier = config.Architecture is null || config.Head.HasLabels;
        if (!classifier && !learned.Labels.ToHashSet().SetEquals(config.Labels))
            return null;
        int[]? places = learned.PlacesAmong(config.Labels);
        if (!orderKnown || places is null)
            return places;
        // An index that is not its label's place would be another label's index from now on.
        int moved = Enumerable.Range(0, places.Length).FirstOrDefault(IsMovedIndex, -1);
        if (moved >= 0)
        {
            throw new BertMLNetException(
                $"{source}: '{learned.Labels[moved]}' is the index of the model's label '{config.Labels[places[moved]]}', and stands "
                + "at another place in the data's own order of labels; use names, or keys in the model's order (BertLabelToKey).");
        }
        // Two names for one class would leave a gap in that order.
        return places.Length > config.NumLabels ? null : places;

        bool IsMovedIndex(int label) =>
            places[label] != label
            && int.TryParse(
                learned.Labels[label], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out _)
            && !string.Equals(learned.Labels[label], config.Labels[places[label]]);
    }

    /// <summary>
    /// The answers with the model's names for their labels, in the model's order, or in the data's own where that is the scores'.
    /// </summary>
    private static NamedAnswers InHeadsWords(BertConfig config, NamedAnswers learned, int[] rows, bool orderKnown)
    {
        // A file that names no head gives its labels no names either.
        bool named = config.Head.HasLabels;
        if (orderKnown)
        {
            string[] names = [.. rows.Select((row, index) => named ? config.Labels[row] : learned.Labels[index])];
            return learned.Renamed(names, [.. Enumerable.Range(0, rows.Length)]);
        }
        string[] labels = [.. config.Labels];
        if (!named)
        {
            foreach ((int index, int row) in rows.Index())
                labels[row] = learned.Labels[index];
        }
        return learned.Renamed(labels, rows);
    }

    /// <summary>Puts the head's rows into another order, given for each label the row that is its; each stays its label's.</summary>
    private static ParameterSet InOrder(ParameterSet parameters, int[] rows)
    {
        foreach (string name in (string[])[$"{BertParameters.Classifier}.weight", $"{BertParameters.Classifier}.bias"])
        {
            Span<float> values = parameters[name];
            float[] old = values.ToArray();
            int width = old.Length / rows.Length;
            for (int label = 0; label < rows.Length; label++)
                old.AsSpan(rows[label] * width, width).CopyTo(values.Slice(label * width, width));
        }
        return parameters;
    }
}
