using BertMLNet.Modeling;
using Microsoft.Extensions.DependencyInjection;

namespace BertMLNet.AspNetCore;

/// <summary>Adds a model of one kind to a service.</summary>
internal delegate IServiceCollection AddModel(IServiceCollection services, string modelPath, Action<BertServiceOptions>? configure);

/// <summary>The kinds of models that are served, by their heads.</summary>
/// <param name="Serves">Whether it is a head's.</param>
/// <param name="Add">Adds such a model.</param>
internal sealed record ServedTask(Func<Head, bool> Serves, AddModel Add)
{
    /// <summary>All there are.</summary>
    public static IReadOnlyList<ServedTask> All { get; } =
    [
        new(head => head == Heads.Classes || head == Heads.Value, BertServiceCollectionExtensions.AddBertPairClassifier),
        new(head => head == Heads.Questions, BertServiceCollectionExtensions.AddBertQuestionAnswerer),
    ];
}
