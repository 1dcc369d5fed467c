using System.Security.Cryptography;
using System.Text;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>All that the trainer knows of a task: what it learns from and what it is judged on. Tasks differ in these alone.</summary>
internal sealed record TrainingTask(IFeatureSet Training, IValidationSet Validation)
{
    /// <summary>The setting that tells a model's configuration, by which a resumed run knows its model again.</summary>
    internal const string ModelConfiguration = "model-configuration";

    private const int FingerprintLength = 12;

    /// <summary>
    /// What decides the outcome beside the data and the <see cref="TrainingOptions"/>, by name: a run can be resumed only with the
    /// same.
    /// </summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// The same task with what decides of the model among its settings: whether it is drawn at random, and its configuration, since
    /// what is not seen from the weights' shapes, such as the activation, decides, too.
    /// </summary>
    internal TrainingTask Of(ParameterSet parameters, bool fromScratch)
    {
        // How texts are cut and answers are read stands among the task's own settings.
        string json = TaskSettings.Without(parameters.Config).ToJson(parameters.Head);
        string fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)))[..FingerprintLength];
        return this with
        {
            Settings = new Dictionary<string, string>(Settings)
            {
                ["from-scratch"] = fromScratch.ToString(),
                [ModelConfiguration] = fingerprint,
            },
        };
    }
}
