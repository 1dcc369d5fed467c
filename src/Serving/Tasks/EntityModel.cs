using System.Text.Json;
using BertMLNet.Scoring;
using Microsoft.AspNetCore.Routing;

namespace BertMLNet.AspNetCore;

/// <summary>A model that finds entities in texts: <c>/entities</c>.</summary>
internal sealed class EntityModel : ServedModel<string, IReadOnlyList<RecognizedEntity>>
{
    private readonly EntityRecognizer _recognizer;

    /// <summary>Opens the model.</summary>
    public EntityModel(string path, BertServiceOptions options, ServiceMetrics metrics)
        : base(path, options)
    {
        _recognizer = EntityRecognizer.Load(path, scoring: options.OpenedScoring);
        Serve(_recognizer, Recognize, text => text.Length, metrics);
    }

    /// <inheritdoc/>
    public override string Task => "token_classification";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Endpoints => ["/entities"];

    /// <inheritdoc/>
    public override void Map(IEndpointRouteBuilder routes) => new JsonEndpoint<EntitiesRequest, OneOrMany<EntitiesResponse>>(
        "/entities",
        "Finds what texts name; 'start' and 'end' are UTF-16 units.",
        """{"inputs": TEXT | [TEXT, …]}.""")
    {
        MaxBodyBytes = Options.MaxBodyBytes,
        RefuseIfFull = Scorer.RefuseIfFull,
        Answer = FindAsync,
    }.Map(routes);

    /// <inheritdoc/>
    public override void WriteType(Utf8JsonWriter json)
    {
        json.WriteStartObject("token_classification");
        json.WriteStartArray("types");
        foreach (string type in _recognizer.Types)
            json.WriteStringValue(type);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private IReadOnlyList<RecognizedEntity>[] Recognize(ReadOnlyMemory<string> texts, CancellationToken cancellationToken) =>
        _recognizer.RecognizeBatch(Array.ConvertAll(texts.ToArray(), text => new EntityInput(text.AsMemory())), cancellationToken);

    private async Task<OneOrMany<EntitiesResponse>> FindAsync(EntitiesRequest request, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> texts = request.Inputs.Values;
        CheckSize(texts.Count, texts.Select(text => text.Length));
        IReadOnlyList<RecognizedEntity>[] entities = await Scorer.ScoreAsync(texts, cancellationToken).ConfigureAwait(false);
        return request.Inputs.With(entities.Select(found => new EntitiesResponse(found)));
    }
}

/// <summary>What <c>/entities</c> is asked.</summary>
/// <param name="Inputs">The texts.</param>
internal sealed record EntitiesRequest(OneOrMany<string> Inputs);

/// <summary>What a text names, as <c>bertmlnet score</c> writes it.</summary>
/// <param name="Entities">The entities, in the text's order.</param>
internal sealed record EntitiesResponse(IReadOnlyList<RecognizedEntity> Entities);
