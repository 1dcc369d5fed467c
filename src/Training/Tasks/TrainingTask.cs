using System.Security.Cryptography;
using System.Text;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>
/// All that the trainer knows of a task: which head the model has, what it learns from and what it is judged on. Pairs
/// and questions differ in these alone.
/// </summary>
/// <param name="Head">The model's head, which decides the loss.</param>
/// <param name="Training">The features to learn from; their batches carry targets.</param>
/// <param name="Validation">The features to judge the model on after each epoch.</param>
public sealed record TrainingTask(Head Head, IFeatureSet Training, IValidationSet Validation)
{
    /// <summary>The setting that tells a model's configuration, by which a resumed run knows its model again.</summary>
    internal const string ModelConfiguration = "model-configuration";

    private const int FingerprintLength = 12;

    /// <summary>What decides the outcome beside the data and the <see cref="TrainingOptions"/>, by name: a run can be resumed only with the same.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The same task with the model's configuration among its settings: what is not seen from the weights' shapes, such as the activation, decides, too.</summary>
    /// <param name="config">The configuration that the model is trained with.</param>
    internal TrainingTask Of(BertConfig config)
    {
        // How texts are cut and answers are read stands among the task's own settings.
        string json = (config with { Classification = null, Answering = null }).ToJson(Head);
        string fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)))[..FingerprintLength];
        return this with { Settings = new Dictionary<string, string>(Settings) { [ModelConfiguration] = fingerprint } };
    }
}
