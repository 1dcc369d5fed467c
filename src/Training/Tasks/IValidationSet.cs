namespace BertMLNet.Training;

/// <summary>Features with known answers that a model is judged on.</summary>
internal interface IValidationSet : IFeatureSet
{
    /// <summary>Starts one pass of judgement over the set.</summary>
    IEvaluation BeginEvaluation();
}

/// <summary>Gathers the model's logits for a validation set, batch by batch, and turns them into metrics. Used by one thread.</summary>
internal interface IEvaluation
{
    /// <summary>
    /// Takes what <see cref="ITrainingEngine.Forward"/> gave for a batch of features; every feature comes once, in any order.
    /// </summary>
    void Add(ReadOnlySpan<int> indices, PackedBatch batch, IReadOnlyDictionary<string, float[]> outputs);

    /// <summary>The metrics over all that was added.</summary>
    TaskMetrics Complete();
}

/// <summary>Judges a model on a validation set.</summary>
internal static class Evaluator
{
    /// <summary>
    /// Runs the model over all of the set, in batches of like length and of so many tokens; see <see
    /// cref="TrainingOptions.MicroBatchTokens"/>.
    /// </summary>
    public static TaskMetrics Evaluate(
        ITrainingEngine engine,
        IValidationSet features,
        int batchTokens,
        Action<int>? onProgress = null,
        CancellationToken cancellationToken = default)
    {
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
