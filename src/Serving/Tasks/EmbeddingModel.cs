using System.Numerics.Tensors;
using System.Text.Json;
using BertMLNet.Scoring;
using Microsoft.AspNetCore.Routing;

namespace BertMLNet.AspNetCore;

/// <summary>A model that makes vectors of texts: <c>/embed</c>. A row is a text with its prompt before it.</summary>
internal sealed class EmbeddingModel : ServedModel<string, ReadOnlyMemory<float>>
{
    private readonly TextEmbedder _embedder;
    private readonly LengthCheck _lengths;

    /// <summary>Opens the model.</summary>
    public EmbeddingModel(string path, BertServiceOptions options, ServiceMetrics metrics)
        : base(path, options)
    {
        _embedder = TextEmbedder.Load(path, options.OpenedScoring);
        _lengths = new(path, options.Scoring.MaxLength ?? _embedder.Settings.MaxLength);
        Serve(_embedder, Embed, text => text.Length, metrics);
    }

    /// <inheritdoc/>
    public override string Task => "text_embedding";

    /// <inheritdoc/>
    public override int MaxLength => Options.Scoring.MaxLength ?? _embedder.Settings.MaxLength ?? Config.MaxPositionEmbeddings;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Endpoints => ["/embed"];

    /// <inheritdoc/>
    public override void Map(IEndpointRouteBuilder routes) => new JsonEndpoint<EmbedRequest, ReadOnlyMemory<float>[]>(
        "/embed",
        "Makes a vector of each text.",
        """{"inputs": TEXT | [TEXT, …]}, and, where wanted, "normalize", "prompt_name" and "truncate".""")
    {
        MaxBodyBytes = Options.MaxBodyBytes,
        RefuseIfFull = Scorer.RefuseIfFull,
        Answer = EmbedAsync,
    }.Map(routes);

    /// <inheritdoc/>
    public override void WriteType(Utf8JsonWriter json)
    {
        json.WriteStartObject("embedding");
        json.WriteString("pooling", JsonNamingPolicy.SnakeCaseLower.ConvertName(_embedder.Settings.Pooling.ToString()));
        json.WriteEndObject();
    }

    private ReadOnlyMemory<float>[] Embed(ReadOnlyMemory<string> texts, CancellationToken cancellationToken) => _embedder.EmbedBatch(
        Array.ConvertAll(texts.ToArray(), text => text.AsMemory()), prompt: "", cancellationToken);

    private async Task<ReadOnlyMemory<float>[]> EmbedAsync(EmbedRequest request, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> texts = request.Inputs.Values;
        CheckSize(texts.Count, texts.Select(text => text.Length));
        if (!request.Normalize && _embedder.Settings.Normalize)
            throw RequestException.Unprocessable("the model's own vectors are one long; leave \"normalize\" out.");
        string prompt = PromptOf(request.PromptName);
        string[] rows = [.. texts.Select(text => prompt + text)];
        if (!(request.Truncate ?? Options.Truncate))
            _lengths.Require(rows.Select(row => new TextPair(row)));
        ReadOnlyMemory<float>[] vectors = await Scorer.ScoreAsync(rows, cancellationToken).ConfigureAwait(false);
        return request.Normalize && !_embedder.Settings.Normalize ? Array.ConvertAll(vectors, Normalized) : vectors;
    }

    private string PromptOf(string? name)
    {
        name ??= _embedder.Settings.DefaultPromptName;
        if (name is null)
            return "";
        if (!_embedder.Settings.Prompts.TryGetValue(name, out string? prompt))
            throw RequestException.Unprocessable(
                $"\"prompt_name\" must be one of the model's: {string.Join(", ", _embedder.Settings.Prompts.Keys)}.");
        return prompt.Length == 0 || _embedder.Settings.PoolsPrompt
            ? prompt
            : throw RequestException.Unprocessable(
                "the model leaves a prompt's tokens out of pooling, which is not supported; leave it out.");
    }

    private static ReadOnlyMemory<float> Normalized(ReadOnlyMemory<float> vector)
    {
        float[] normalized = new float[vector.Length];
        float norm = TensorPrimitives.Norm(vector.Span);
        TensorPrimitives.Divide(vector.Span, norm > 0 ? norm : 1, normalized);
        return normalized;
    }
}

/// <summary>What <c>/embed</c> is asked.</summary>
/// <param name="Inputs">The texts.</param>
/// <param name="Truncate">Whether what is too long is shortened; as the service is set where it is null.</param>
/// <param name="Normalize">Whether vectors are one long.</param>
/// <param name="PromptName">The name of the model's prompt that stands before each text; its own default where it is null.</param>
internal sealed record EmbedRequest(OneOrMany<string> Inputs, bool? Truncate = null, bool Normalize = true, string? PromptName = null);
