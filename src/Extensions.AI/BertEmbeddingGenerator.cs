using BertMLNet.Scoring;
using Microsoft.Extensions.AI;

namespace BertMLNet;

/// <summary>
/// Makes vectors of texts for whatever takes an <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/>, such as vector stores, with a
/// <see cref="TextEmbedder"/>. Many threads may use one at once.
/// </summary>
/// <remarks>
/// A call may ask for a prompt before its texts by <see cref="EmbeddingGenerationOptions.AdditionalProperties"/>: <c>prompt</c> is the
/// text itself, <c>prompt_name</c> its name in the model's folder.
/// </remarks>
public sealed class BertEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    private const string PromptProperty = "prompt";
    private const string PromptNameProperty = "prompt_name";

    private readonly TextEmbedder _embedder;
    private readonly EmbeddingGeneratorMetadata _metadata;

    /// <summary>Takes over an embedder, which is disposed with the generator.</summary>
    /// <param name="embedder">The embedder.</param>
    /// <param name="modelId">What the model is called; null for nothing.</param>
    public BertEmbeddingGenerator(TextEmbedder embedder, string? modelId = null)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        _embedder = embedder;
        _metadata = new EmbeddingGeneratorMetadata("BertMLNet", providerUri: null, modelId, embedder.Dimensions);
    }

    /// <summary>Opens a model folder; see <see cref="TextEmbedder.Load"/>. Its name becomes the model's id.</summary>
    /// <exception cref="BertMLNetException">The folder is incomplete or damaged, or the model gives no vectors of texts.</exception>
    public static BertEmbeddingGenerator Load(string folder, ScoringOptions? options = null) =>
        new(TextEmbedder.Load(folder, options), Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))));

    /// <summary>Makes vectors in batches, in the texts' order, on a thread of the pool.</summary>
    /// <param name="values">The texts.</param>
    /// <param name="options">
    /// The prompt; other dimensions or another model than this generator's own are refused.
    /// </param>
    /// <param name="cancellationToken">Checked at each batch.</param>
    /// <exception cref="BertMLNetException">
    /// The options ask for what the model cannot give, or a text is too long and may not be cut.
    /// </exception>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (options?.Dimensions is { } dimensions && dimensions != _embedder.Dimensions)
        {
            throw new BertMLNetException(
                $"{dimensions} dimensions are asked for, and the model's vectors have {_embedder.Dimensions}; ask for these, or for none.");
        }
        if (options?.ModelId is { } model && !string.Equals(model, _metadata.DefaultModelId, StringComparison.Ordinal))
        {
            throw new BertMLNetException(
                $"the model '{model}' is asked for, and this generator has '{_metadata.DefaultModelId}'; load another one for it.");
        }
        string? prompt = PromptOf(options);
        ReadOnlyMemory<char>[] texts = [.. values.Select(text => text.AsMemory())];
        return Task.Run(
            () =>
            {
                DateTimeOffset now = DateTimeOffset.UtcNow;
                return new GeneratedEmbeddings<Embedding<float>>(_embedder.EmbedBatch(texts, prompt, cancellationToken)
                    .Select(vector => new Embedding<float>(vector) { CreatedAt = now, ModelId = _metadata.DefaultModelId }));
            },
            cancellationToken);
    }

    /// <summary>The generator's metadata, the embedder, or the generator itself, where one of their types is asked for.</summary>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null : new object[] { this, _metadata, _embedder }.FirstOrDefault(serviceType.IsInstanceOfType);
    }

    /// <inheritdoc/>
    public void Dispose() => _embedder.Dispose();

    private string? PromptOf(EmbeddingGenerationOptions? options)
    {
        AdditionalPropertiesDictionary? properties = options?.AdditionalProperties;
        if (properties is null)
            return null;
        if (properties.TryGetValue(PromptNameProperty, out string? name) && name is not null)
            return _embedder.Prompt(name);
        return properties.TryGetValue(PromptProperty, out string? prompt) ? prompt : null;
    }
}
