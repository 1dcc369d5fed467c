using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>Counts the classes that logits predict against the right ones, and adds up the cross-entropies.</summary>
public sealed class ClassificationEvaluation : IEvaluation
{
    private readonly IReadOnlyList<string> _labels;
    private readonly string _primaryName;
    private readonly int[,] _confusion;
    private double _loss;
    private int _count;

    /// <summary>Creates an evaluation with nothing in it.</summary>
    /// <param name="labels">The classes' names, by class index.</param>
    /// <param name="primaryName">The metric that decides between checkpoints.</param>
    public ClassificationEvaluation(IReadOnlyList<string> labels, string primaryName = ClassificationMetrics.AccuracyName)
    {
        ArgumentNullException.ThrowIfNull(labels);
        _labels = labels;
        _primaryName = primaryName;
        _confusion = new int[labels.Count, labels.Count];
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<int> indices, PackedBatch batch, IReadOnlyDictionary<string, float[]> outputs)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(outputs);
        ReadOnlySpan<float> logits = outputs[TensorNames.Logits];
        var targets = (ClassTargets)batch.Targets!;
        for (int i = 0; i < targets.Classes.Length; i++)
            Add(targets.Classes[i], logits.Slice(i * _labels.Count, _labels.Count));
    }

    /// <summary>Takes the logits of one example.</summary>
    /// <param name="actual">Its class.</param>
    /// <param name="logits">One a class; of equal ones the first counts as the largest.</param>
    public void Add(int actual, ReadOnlySpan<float> logits)
    {
        int predicted = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[predicted])
                predicted = i;
        }
        _loss += CrossEntropy.Of(logits, predicted, actual);
        _confusion[actual, predicted]++;
        _count++;
    }

    /// <summary>The metrics over all that was added.</summary>
    public ClassificationMetrics Complete() => new(_labels, _confusion, _count == 0 ? double.NaN : _loss / _count, _primaryName);

    TaskMetrics IEvaluation.Complete() => Complete();
}
