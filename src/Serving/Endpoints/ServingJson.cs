using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using BertMLNet.Scoring;

namespace BertMLNet.AspNetCore;

/// <summary>How requests and responses are written.</summary>
[JsonSerializable(typeof(ErrorResponse))]
[JsonSerializable(typeof(PredictRequest))]
[JsonSerializable(typeof(OneOrMany<Prediction[]>))]
[JsonSerializable(typeof(RerankRequest))]
[JsonSerializable(typeof(Rank[]))]
[JsonSerializable(typeof(AnswerRequest))]
[JsonSerializable(typeof(OneOrMany<AnswerResponse>))]
[JsonSerializable(typeof(EntitiesRequest))]
[JsonSerializable(typeof(EmbedRequest))]
[JsonSerializable(typeof(ReadOnlyMemory<float>[]))]
[JsonSerializable(typeof(OneOrMany<EntitiesResponse>))]
internal sealed partial class ServingJson : JsonSerializerContext
{
    /// <summary>Names in snake case, and nothing missing in silence.</summary>
    public static ServingJson Web { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters =
        {
            new PairsConverter(), new OneOrManyConverter<Prediction[]>(JsonTokenType.None),
            new OneOrManyConverter<QuestionRequest>(JsonTokenType.StartObject), new OneOrManyConverter<AnswerResponse>(JsonTokenType.None),
            new OneOrManyConverter<string>(JsonTokenType.String), new OneOrManyConverter<EntitiesResponse>(JsonTokenType.None),
        },
    });
}

/// <summary>One value, or a list of them: a request with one is answered with one, and a list with a list.</summary>
/// <param name="Values">The values.</param>
/// <param name="IsList">Whether they came as a list.</param>
internal sealed record OneOrMany<T>(IReadOnlyList<T> Values, bool IsList)
{
    /// <summary>Other values, one for each.</summary>
    public OneOrMany<TOther> With<TOther>(IEnumerable<TOther> values) => new([.. values], IsList);
}

/// <summary>Reads and writes a value or a list of values.</summary>
/// <param name="one">What a value begins with, where a list is to be told from it.</param>
internal sealed class OneOrManyConverter<T>(JsonTokenType one) : JsonConverter<OneOrMany<T>>
{
    /// <inheritdoc/>
    public override OneOrMany<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var typeInfo = (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
        if (reader.TokenType == one)
            return new([ReadOne(ref reader)], IsList: false);
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException();
        var values = new List<T>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            values.Add(ReadOne(ref reader));
        return new(values, IsList: true);

        T ReadOne(ref Utf8JsonReader reader) => JsonSerializer.Deserialize(ref reader, typeInfo) ?? throw new JsonException();
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, OneOrMany<T> value, JsonSerializerOptions options)
    {
        var typeInfo = (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
        if (value.IsList)
            writer.WriteStartArray();
        foreach (T written in value.Values)
            JsonSerializer.Serialize(writer, written, typeInfo);
        if (value.IsList)
            writer.WriteEndArray();
    }
}

/// <summary>
/// Reads texts and pairs as text-embeddings-inference takes them: a text, a pair of texts in brackets, or a list whose every item is
/// one text or two in brackets.
/// </summary>
internal sealed class PairsConverter : JsonConverter<OneOrMany<TextPair>>
{
    /// <inheritdoc/>
    public override OneOrMany<TextPair> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
            return new([new TextPair(reader.GetString())], IsList: false);
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException();
        Next(ref reader);
        if (reader.TokenType == JsonTokenType.String)
            return new([ReadTexts(ref reader)], IsList: false);
        var pairs = new List<TextPair>();
        for (; reader.TokenType == JsonTokenType.StartArray; Next(ref reader))
        {
            Next(ref reader);
            pairs.Add(ReadTexts(ref reader));
        }
        return reader.TokenType == JsonTokenType.EndArray ? new(pairs, IsList: true) : throw new JsonException();
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, OneOrMany<TextPair> value, JsonSerializerOptions options) =>
        throw new NotSupportedException();

    /// <summary>Reads one text or two, from the first on to the bracket behind the last.</summary>
    private static TextPair ReadTexts(ref Utf8JsonReader reader)
    {
        string first = Text(ref reader);
        if (reader.TokenType == JsonTokenType.EndArray)
            return new TextPair(first);
        string second = Text(ref reader);
        return reader.TokenType == JsonTokenType.EndArray ? new TextPair(first, second) : throw new JsonException();
    }

    private static string Text(ref Utf8JsonReader reader)
    {
        string text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException();
        Next(ref reader);
        return text;
    }

    private static void Next(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
            throw new JsonException();
    }
}
