namespace BertMLNet.Training;

/// <summary>Gathers the model's logits for a validation set, batch by batch, and turns them into metrics. Used by one thread.</summary>
public interface IEvaluation
{
    /// <summary>Takes what the model gave for some features; every feature comes once, in any order.</summary>
    /// <param name="indices">The features' indices in the set, in the batch's order.</param>
    /// <param name="batch">The batch that was made of them.</param>
    /// <param name="outputs">As <see cref="ITrainingEngine.Forward"/> returns them.</param>
    void Add(ReadOnlySpan<int> indices, PackedBatch batch, IReadOnlyDictionary<string, float[]> outputs);

    /// <summary>The metrics over all that was added.</summary>
    TaskMetrics Complete();
}
