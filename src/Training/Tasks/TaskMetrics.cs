using System.Text.Json;

namespace BertMLNet.Training;

/// <summary>How well a model did on a validation set: named numbers, one of which decides between checkpoints.</summary>
public abstract class TaskMetrics
{
    /// <summary>The mean loss over the examples.</summary>
    public abstract double Loss { get; }

    /// <summary>The name, among <see cref="Values"/>, of the number that decides between checkpoints.</summary>
    public abstract string PrimaryName { get; }

    /// <summary>The number that decides between checkpoints; more is better.</summary>
    public double Primary => Values.First(value => value.Key == PrimaryName).Value;

    /// <summary>
    /// The single numbers under the names that <c>metrics.json</c> gives them (<c>accuracy</c>, <c>f1</c>, …), in the order to show them
    /// in.
    /// </summary>
    public abstract IReadOnlyList<KeyValuePair<string, double>> Values { get; }

    /// <summary>Writes the numbers, and what else the task measures, as properties of the JSON object that is open.</summary>
    public virtual void WriteProperties(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        foreach ((string name, double value) in Values)
            writer.WriteNumber(name, value);
    }

    /// <summary>What the report shows beyond the numbers.</summary>
    internal virtual IReadOnlyList<ReportTable> Tables => [];

    /// <summary>The numbers in one line for people: <c>accuracy 0.8412, f1 0.8890</c>.</summary>
    public override string ToString() =>
        string.Join(", ", Values.Select(value => FormattableString.Invariant($"{value.Key} {value.Value:0.0000}")));
}

/// <summary>The metrics of a task that may decide between checkpoints; the first does where nothing is said.</summary>
internal sealed class MetricNames(params IReadOnlyList<string> names)
{
    public IReadOnlyList<string> All => names;

    /// <summary>The one that decides.</summary>
    /// <exception cref="BertMLNetException">There is no metric of that name.</exception>
    public string Check(string? name) => name is null ? names[0]
        : names.Contains(name) ? name
        : throw new BertMLNetException(
            $"the metric '{name}' is unknown; expected {string.Join(", ", names.SkipLast(1))} or {names[^1]}.");
}

/// <summary>The cross-entropy of one row of logits, in double precision.</summary>
internal static class CrossEntropy
{
    /// <summary>-log softmax(logits)[actual]; the largest is taken off before exponents are.</summary>
    public static double Of(ReadOnlySpan<float> logits, int largest, int actual)
    {
        double sum = 0;
        foreach (float logit in logits)
            sum += Math.Exp((double)logit - logits[largest]);
        return Math.Log(sum) + logits[largest] - logits[actual];
    }
}
