using BertMLNet.Modeling;
using BertMLNet.Scoring;

namespace BertMLNet.Training;

/// <summary>Checks of rows that are to be classified.</summary>
public static class PairSourceExtensions
{
    /// <summary>Requires pairs of rows for a model that was trained on pairs, and single sentences for one that was trained on those.</summary>
    /// <param name="source">The rows.</param>
    /// <param name="classifier">The model; one that does not know what it was trained on takes both.</param>
    /// <exception cref="BertMLNetException">The rows are of the other kind.</exception>
    public static void RequireKindOf(this IPairSource source, PairClassifier classifier)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(classifier);
        if (classifier.TakesPairs is not { } pairs || pairs == source.HasPairs)
            return;
        throw new BertMLNetException(pairs
            ? $"{source.Name}: rows have no second sentence, and the model was trained on pairs; name the columns of both (options sentence1 and sentence2)."
            : $"{source.Name}: rows have a second sentence, and the model was trained on single sentences; leave the column out, or rename it.");
    }
}
