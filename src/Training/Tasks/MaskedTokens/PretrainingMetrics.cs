using System.Text.Json;

namespace BertMLNet.Training;

/// <summary>How well a model predicts masked tokens, and judges two texts, on text that it did not learn from.</summary>
public sealed class PretrainingMetrics : TaskMetrics
{
    private readonly long _tokens;

    internal PretrainingMetrics(double loss, double maskedAccuracy, double? sentenceAccuracy, long tokens)
    {
        Loss = loss;
        MaskedAccuracy = maskedAccuracy;
        SentenceAccuracy = sentenceAccuracy;
        _tokens = tokens;
    }

    /// <summary>The mean cross-entropy of the masked tokens, in nats.</summary>
    public override double Loss { get; }

    /// <summary>The part of the masked tokens that the model finds first among all tokens.</summary>
    public double MaskedAccuracy { get; }

    /// <summary>The part of the judgements of two texts that are right; null where none are asked for.</summary>
    public double? SentenceAccuracy { get; }

    /// <inheritdoc/>
    public override string PrimaryName => "maskedAccuracy";

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, double>> Values => SentenceAccuracy is { } sentences
        ? [new("maskedAccuracy", MaskedAccuracy), new("sentenceAccuracy", sentences)]
        : [new("maskedAccuracy", MaskedAccuracy)];

    /// <inheritdoc/>
    public override void WriteProperties(Utf8JsonWriter writer)
    {
        base.WriteProperties(writer);
        writer.WriteNumber("maskedTokens", _tokens);
    }
}
