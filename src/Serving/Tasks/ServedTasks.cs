using BertMLNet.Modeling;
using Microsoft.Extensions.DependencyInjection;

namespace BertMLNet.AspNetCore;

/// <summary>Adds a model of one kind to a service.</summary>
internal delegate IServiceCollection AddModel(IServiceCollection services, string modelPath, Action<BertServiceOptions>? configure);

/// <summary>The kinds of models that are served, by what their configuration says.</summary>
/// <param name="Serves">Whether a configuration is such a model's, and none's before it.</param>
/// <param name="Add">Adds such a model.</param>
internal sealed record ServedTask(Func<BertConfig, bool> Serves, AddModel Add)
{
    /// <summary>All there are.</summary>
    public static IReadOnlyList<ServedTask> All { get; } =
    [
        new(config => config.NumLabels == 1 && GivesLabels(config.Head), BertServiceCollectionExtensions.AddBertPairScorer),
        new(config => config.Head == Heads.Labels, BertServiceCollectionExtensions.AddBertTextLabeler),
        new(config => GivesLabels(config.Head), BertServiceCollectionExtensions.AddBertPairClassifier),
        new(config => config.Head == Heads.Questions, BertServiceCollectionExtensions.AddBertQuestionAnswerer),
        new(config => config.Head == Heads.Tokens, BertServiceCollectionExtensions.AddBertEntityRecognizer),
        // What is none of these makes vectors, or says itself why it does not.
        new(_ => true, BertServiceCollectionExtensions.AddBertTextEmbedder),
    ];

    private static bool GivesLabels(Head head) => head == Heads.Classes || head == Heads.Labels || head == Heads.Value;
}
