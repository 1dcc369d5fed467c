using BertMLNet;
using BertMLNet.AspNetCore;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds BERT models to a service; <c>MapBert</c> then adds their endpoints.</summary>
public static class BertServiceCollectionExtensions
{
    /// <summary>
    /// Adds a model that classifies texts or pairs of texts, and <c>BatchingScorer&lt;TextPair, PairPrediction&gt;</c> to score with it
    /// in code. The model is opened when it is first asked for, at the latest by <c>MapBert</c>.
    /// </summary>
    /// <exception cref="BertMLNetException">The service has such a model, or an option makes no sense.</exception>
    public static IServiceCollection AddBertPairClassifier(
        this IServiceCollection services, string modelPath, Action<BertServiceOptions>? configure = null) =>
        services.Add<PairModel<PairPrediction>, TextPair, PairPrediction>(
            modelPath, configure,
            (options, metrics) => new(modelPath, options, metrics, PairClassifier.Load, pair => pair.Logits, pair => pair.Probabilities));

    /// <summary>
    /// Adds a model that gives texts or pairs of texts any number of labels, and
    /// <c>BatchingScorer&lt;TextPair, MultiLabelPrediction&gt;</c> to score with it in code. The model is opened when it is first asked
    /// for, at the latest by <c>MapBert</c>.
    /// </summary>
    /// <exception cref="BertMLNetException">The service has such a model, or an option makes no sense.</exception>
    public static IServiceCollection AddBertTextLabeler(
        this IServiceCollection services, string modelPath, Action<BertServiceOptions>? configure = null) =>
        services.Add<PairModel<MultiLabelPrediction>, TextPair, MultiLabelPrediction>(
            modelPath, configure,
            (options, metrics) => new(
                modelPath, options, metrics, MultiLabelClassifier.Load, pair => pair.Logits, pair => pair.Probabilities));

    /// <summary>
    /// Adds a model that gives texts or pairs of texts a value, and <c>BatchingScorer&lt;TextPair, PairScore&gt;</c> to score with it in
    /// code. The model is opened when it is first asked for, at the latest by <c>MapBert</c>.
    /// </summary>
    /// <exception cref="BertMLNetException">The service has such a model, or an option makes no sense.</exception>
    public static IServiceCollection AddBertPairScorer(
        this IServiceCollection services, string modelPath, Action<BertServiceOptions>? configure = null) =>
        services.Add<PairModel<PairScore>, TextPair, PairScore>(
            modelPath, configure,
            (options, metrics) => new(modelPath, options, metrics, PairScorer.Load, pair => pair.Logits, pair => new[] { pair.Score }));

    /// <summary>
    /// Adds a model that finds entities in texts, and <c>BatchingScorer&lt;string, IReadOnlyList&lt;RecognizedEntity&gt;&gt;</c> to find
    /// them in code. The model is opened when it is first asked for, at the latest by <c>MapBert</c>.
    /// </summary>
    /// <exception cref="BertMLNetException">The service has such a model, or an option makes no sense.</exception>
    public static IServiceCollection AddBertEntityRecognizer(
        this IServiceCollection services, string modelPath, Action<BertServiceOptions>? configure = null) =>
        services.Add<EntityModel, string, IReadOnlyList<RecognizedEntity>>(
            modelPath, configure, (options, metrics) => new(modelPath, options, metrics));

    /// <summary>
    /// Adds a model that answers questions, and <c>BatchingScorer&lt;QuestionInput, QuestionAnswer&gt;</c> to answer with it in code. The
    /// model is opened when it is first asked for, at the latest by <c>MapBert</c>.
    /// </summary>
    /// <exception cref="BertMLNetException">The service has such a model, or an option makes no sense.</exception>
    public static IServiceCollection AddBertQuestionAnswerer(
        this IServiceCollection services, string modelPath, Action<BertServiceOptions>? configure = null) =>
        services.Add<QuestionModel, QuestionInput, QuestionAnswer>(
            modelPath, configure, (options, metrics) => new(modelPath, options, metrics));

    /// <summary>
    /// Adds a model that makes vectors of texts, and <c>BatchingScorer&lt;string, ReadOnlyMemory&lt;float&gt;&gt;</c> to make them in code,
    /// of texts with their prompts before them. The model is opened when it is first asked for, at the latest by <c>MapBert</c>.
    /// </summary>
    /// <exception cref="BertMLNetException">The service has such a model, or an option makes no sense.</exception>
    public static IServiceCollection AddBertTextEmbedder(
        this IServiceCollection services, string modelPath, Action<BertServiceOptions>? configure = null) =>
        services.Add<EmbeddingModel, string, ReadOnlyMemory<float>>(
            modelPath, configure, (options, metrics) => new(modelPath, options, metrics));

    /// <summary>Adds a model of whatever kind the folder's <c>config.json</c> says it is.</summary>
    /// <exception cref="BertMLNetException">
    /// The folder has no usable configuration, or the service has a model of this kind.
    /// </exception>
    public static IServiceCollection AddBertModel(
        this IServiceCollection services, string modelPath, Action<BertServiceOptions>? configure = null)
    {
        BertConfig config = ModelFolder.Open(modelPath).LoadConfig();
        return ServedTask.All.First(task => task.Serves(config)).Add(services, modelPath, configure);
    }

    private static IServiceCollection Add<TModel, TRow, TResult>(
        this IServiceCollection services, string modelPath, Action<BertServiceOptions>? configure,
        Func<BertServiceOptions, ServiceMetrics, TModel> open)
        where TModel : ServedModel<TRow, TResult>
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(modelPath);
        if (services.Any(service => service.ServiceType == typeof(TModel)))
            throw new BertMLNetException($"{modelPath}: the service has a model of this kind; run another service for a second one.");
        var options = new BertServiceOptions();
        configure?.Invoke(options);
        options.Validate(modelPath);
        services.AddMetrics();
        services.TryAddSingleton<ServiceMetrics>();
        services.AddSingleton(provider => open(options, provider.GetRequiredService<ServiceMetrics>()));
        services.AddSingleton<ServedModel>(provider => provider.GetRequiredService<TModel>());
        services.AddSingleton(provider => provider.GetRequiredService<TModel>().Scorer);
        if (!services.Any(service => service.ServiceType == typeof(BertHealthCheck)))
        {
            services.AddSingleton<BertHealthCheck>();
            services.AddHealthChecks().AddCheck<BertHealthCheck>(BertHealthCheck.Name);
        }
        return services;
    }
}
