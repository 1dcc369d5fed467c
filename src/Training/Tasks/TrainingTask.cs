using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>
/// All that the trainer knows of a task: which head the model has, what it learns from and what it is judged on. Pairs
/// and questions differ in these alone.
/// </summary>
/// <param name="Head">The model's head, which decides the loss.</param>
/// <param name="Training">The features to learn from; their batches carry targets.</param>
/// <param name="Validation">The features to judge the model on after each epoch.</param>
public sealed record TrainingTask(TaskHead Head, IFeatureSet Training, IValidationSet Validation)
{
    /// <summary>What decides the outcome beside the data and the <see cref="TrainingOptions"/>, by name: a run can be resumed only with the same.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}
