namespace BertMLNet.Training;

/// <summary>Judges a model on a validation set.</summary>
public static class Evaluator
{
    /// <summary>Runs the model over all of the set, in batches of like length.</summary>
    /// <param name="engine">The model.</param>
    /// <param name="features">The set.</param>
    /// <param name="batchTokens">The most tokens that go through the model at once; see <see cref="TrainingOptions.MicroBatchTokens"/>.</param>
    /// <param name="onProgress">Is told how many features are done.</param>
    /// <param name="cancellationToken">Checked at each batch.</param>
    public static TaskMetrics Evaluate(
        ITrainingEngine engine,
        IValidationSet features,
        int batchTokens,
        Action<int>? onProgress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(features);
        IEvaluation evaluation = features.BeginEvaluation();
        int done = 0;
        foreach (int[] indices in MicroBatches.Split(features, [.. Enumerable.Range(0, features.Count)], batchTokens))
        {
            cancellationToken.ThrowIfCancellationRequested();
            PackedBatch batch = features.Pack(indices);
            evaluation.Add(indices, batch, engine.Forward(batch, cancellationToken));
            onProgress?.Invoke(done += indices.Length);
        }
        return evaluation.Complete();
    }
}
