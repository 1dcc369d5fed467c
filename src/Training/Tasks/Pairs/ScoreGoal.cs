using System.Globalization;
using BertMLNet.Modeling;
using BertMLNet.Scoring;

namespace BertMLNet.Training;

/// <summary>One number for each row: a value, or whether the second text is relevant to the first.</summary>
internal sealed class ScoreGoal : PairGoal
{
    private readonly PairFineTuningOptions _options;
    private readonly bool _relevance;
    private string? _metric;

    public ScoreGoal(PairFineTuningOptions options)
    {
        _options = options;
        _relevance = options.Problem == PairProblem.Relevance;
        // What there is depends on whether rows have groups, which the data tell.
        (_relevance ? ScoreMetrics.OfGroups : ScoreMetrics.OfValues).Check(options.Metric);
    }

    public override TaskText Text => new("pair", _relevance ? "Sentence pair relevance" : "Sentence pair scoring");

    public override Head Head => _relevance ? Heads.Labels : Heads.Value;

    public override PairAnswers Begin(IPairSource source, PairAnswers? like) =>
        new ScoreAnswers(_options.Problem, _options.Metric, _relevance ? ScoreActivation.Sigmoid : ScoreActivation.Identity);

    public override PairAnswers Fit(BertConfig config, string source, PairAnswers answers)
    {
        _metric = ((ScoreAnswers)answers).Metric;
        return answers;
    }

    public override BertConfig Configure(BertConfig config, PairAnswers answers) => config with
    {
        Labels = config.NumLabels == 1 ? config.Labels : ["LABEL_0"],
        ProblemType = null,
        // sentence-transformers takes the logistic function of one output where nothing is said.
        ScoreActivation = _relevance ? ScoreActivation.Sigmoid : ScoreActivation.Identity,
    };

    public override ParameterSet Load(StartingModel start, BertConfig config, PairAnswers answers, CancellationToken cancellationToken)
    {
        bool hasHead = start.Config.NumLabels == 1 && (start.Config.Architecture is null || start.Config.Head.HasLabels);
        ParameterSet parameters = start.LoadParameters(
            config, Head, cancellationToken, hasHead ? null : "since the model gives no single value");
        // A new head begins with what is right on average, and has the differences left to learn.
        float[] bias = parameters[$"{BertParameters.Classifier}.bias"];
        if (!_relevance && bias[0] == 0)
            bias[0] = (float)((ScoreAnswers)answers).Mean;
        return parameters;
    }

    public override IEnumerable<KeyValuePair<string, string>> Settings(PairAnswers answers) =>
        [new("problem", _options.Problem.ToString()), new("metric", _metric!)];
}

/// <summary>A number for each row, and the group that it is ranked in where rows have groups.</summary>
/// <param name="problem">What the numbers are: values, or 0 and 1.</param>
/// <param name="metric">The metric that decides between checkpoints; null for the first of what there are.</param>
/// <param name="activation">What makes scores of logits.</param>
internal sealed class ScoreAnswers(PairProblem problem, string? metric, ScoreActivation activation) : PairAnswers
{
    private readonly List<float> _values = [];
    private readonly List<int> _groupOf = [];
    private readonly Dictionary<string, int> _groups = [];

    /// <summary>The mean of all values.</summary>
    public double Mean => _values.Average(value => (double)value);

    /// <summary>The metric that decides between checkpoints.</summary>
    /// <exception cref="BertMLNetException">Rows have not what the one that was asked for needs.</exception>
    public string Metric => (problem == PairProblem.Value ? ScoreMetrics.OfValues
        : _groups.Count > 0 ? ScoreMetrics.OfGroups : ScoreMetrics.OfRelevance).Check(metric);

    public override string? Add(in PairExample example)
    {
        string label = example.Label!;
        if (!float.TryParse(label, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) || !float.IsFinite(value))
            return $"the value '{label}' is no number; expected one such as 3.5.";
        if (value is not (0 or 1) && (problem == PairProblem.Relevance || example.Group is not null))
        {
            return $"the value is {label}; expected 1 for a text that is relevant and 0 for one that is not"
                + (problem == PairProblem.Relevance
                    ? ", or learn it as a value (leave out option loss)."
                    : " (or leave out option group).");
        }
        _values.Add(value);
        if (example.Group is { } name)
        {
            if (!_groups.TryGetValue(name, out int group))
                _groups.Add(name, group = _groups.Count);
            _groupOf.Add(group);
        }
        return null;
    }

    public override PairAnswers Complete(string source) => _values.Exists(value => value != _values[0])
        ? this
        : throw new BertMLNetException(
            $"{source}: every row has the value {_values[0].ToString(CultureInfo.InvariantCulture)}; expected different ones.");

    public override int StratumOf(int row) => problem == PairProblem.Relevance ? (int)_values[row] : 0;

    public override int? UnitOf(int row) => GroupOf(row);

    public override BatchTargets Targets(ReadOnlySpan<int> rows)
    {
        float[] values = new float[rows.Length], weights = new float[rows.Length];
        Array.Fill(weights, 1);
        for (int i = 0; i < rows.Length; i++)
            values[i] = _values[rows[i]];
        return problem == PairProblem.Relevance ? new LabelTargets(values, weights) : new ValueTargets(values, weights);
    }

    public override IPairJudge Judge() => new ScoreJudge(this);

    public override PairError? ErrorOf(int row, ReadOnlySpan<float> logits)
    {
        float score = ScoreOf(logits[0]);
        return new(Text(_values[row]), Text(score), Math.Abs(score - _values[row]));

        static string Text(float value) => value.ToString("0.###", CultureInfo.InvariantCulture);
    }

    public override (string Column, string Note) ErrorText =>
        ("difference", "The validation examples whose scores are farthest from the right ones.");

    private int? GroupOf(int row) => _groupOf.Count > 0 ? _groupOf[row] : null;

    private float ScoreOf(float logit) => activation == ScoreActivation.Sigmoid ? Logits.Logistic(logit) : logit;

    private double LossOf(float value, float logit) => problem == PairProblem.Relevance
        ? LogisticLoss.Of(logit, value)
        : ((double)logit - value) * ((double)logit - value);

    private sealed class ScoreJudge(ScoreAnswers answers) : IPairJudge
    {
        private readonly List<ScoredRow> _rows = [];
        private double _loss;

        public void Add(int row, ReadOnlySpan<float> logits)
        {
            float right = answers._values[row];
            _rows.Add(new(right, answers.ScoreOf(logits[0]), answers.GroupOf(row)));
            _loss += answers.LossOf(right, logits[0]);
        }

        public TaskMetrics Complete() => new ScoreMetrics(_rows, _loss / _rows.Count, answers.Metric);
    }
}

/// <summary>The loss of one label that is there or not, in double precision.</summary>
internal static class LogisticLoss
{
    /// <summary>log(1 + e^x) - x · target, without overflow.</summary>
    public static double Of(float logit, float target) =>
        Math.Max(logit, 0) + Math.Log(1 + Math.Exp(-Math.Abs((double)logit))) - (double)logit * target;
}
