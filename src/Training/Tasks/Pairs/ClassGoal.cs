using System.Globalization;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>One class of several.</summary>
internal sealed class ClassGoal : NamedGoal
{
    /// <summary>So many numbers with fractions are no classes, whatever else there is among the labels.</summary>
    private const int MostFractions = 20;

    private readonly string _metric;

    public ClassGoal(PairFineTuningOptions options)
        : base(options) => _metric = ClassificationMetrics.Names.Check(options.Metric);

    public override TaskText Text => new("pair", "Sentence pair classification");

    public override Head Head => Heads.Classes;

    public override PairAnswers Begin(IPairSource source, PairAnswers? like) =>
        new ClassAnswers(KnownLabels(source, like), formatLabels: null, _metric);

    public override PairAnswers Fit(BertConfig config, string source, PairAnswers answers)
    {
        var named = (ClassAnswers)base.Fit(config, source, answers);
        if (!KeepsHead && !Options.LabelsAreClasses)
            RefuseScores(source, named.Labels);
        return Weigh(named);
    }

    public override IEnumerable<KeyValuePair<string, string>> Settings(PairAnswers answers) =>
        [new("metric", _metric), .. base.Settings(answers)];

    /// <summary>Numbers with fractions are scores: as classes each would be learned for itself, with nothing of their order.</summary>
    private static void RefuseScores(string source, IReadOnlyList<string> labels)
    {
        List<string> numbers = [.. labels.Where(IsNumber)];
        List<string> fractions =
            [.. numbers.Where(label => !decimal.IsInteger(decimal.Parse(label, NumberStyles.Float, CultureInfo.InvariantCulture)))];
        if (fractions.Count == 0 || (numbers.Count < labels.Count && fractions.Count <= MostFractions))
            return;
        throw new BertMLNetException(
            $"{source}: the labels are scores, not classes: {labels.Count} different ones, with fractions "
            + $"({Names(fractions)}); learn them as values (option problem value), give each row a class, such as a range of scores, or "
            + "insist (option labels-are-classes).");

        static bool IsNumber(string label) => decimal.TryParse(label, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
    }

    private ClassAnswers Weigh(ClassAnswers answers)
    {
        if (Options.BalanceClasses)
            return answers.Balanced();
        var classes = new LabelMap(answers.Labels);
        var weights = new float?[answers.Labels.Count];
        foreach ((string label, float weight) in Options.ClassWeights)
        {
            if (!classes.TryGetIndex(label, out int index))
            {
                throw new BertMLNetException(
                    $"class weights: there is no class '{label}'; expected "
                    + $"{string.Join(", ", answers.Labels.Select(known => $"'{known}'"))}.");
            }
            if (!(weight > 0 && float.IsFinite(weight)))
            {
                throw new BertMLNetException(
                    $"class weights: {weight.ToString(CultureInfo.InvariantCulture)} for '{label}' is out of range; expected above 0.");
            }
            if (weights[index] is not null)
                throw new BertMLNetException($"class weights: '{answers.Labels[index]}' is given twice; leave '{label}' or the other out.");
            weights[index] = weight;
        }
        return answers.Weighted([.. weights.Select(weight => weight ?? 1f)]);
    }
}
