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
    /// <summary>Takes what the model gave for some features; every feature comes once, in any order.</summary>
    /// <param name="indices">The features' indices in the set, in the batch's order.</param>
    /// <param name="batch">The batch that was made of them.</param>
    /// <param name="outputs">As <see cref="ITrainingEngine.Forward"/> returns them.</param>
    void Add(ReadOnlySpan<int> indices, PackedBatch batch, IReadOnlyDictionary<string, float[]> outputs);

    /// <summary>The metrics over all that was added.</summary>
    TaskMetrics Complete();
}

/// <summary>Judges a model on a validation set.</summary>
internal static class Evaluator
{
    /// <summary>Runs the model over all of the set, in batches of like length.</summary>
    /// <param name="engine">The model.</param>
    /// <param name="features">The set.</param>
    /// <param name="batchTokens">
    /// The most tokens that go through the model at once; see <see cref="TrainingOptions.MicroBatchTokens"/>.
    /// </param>
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
