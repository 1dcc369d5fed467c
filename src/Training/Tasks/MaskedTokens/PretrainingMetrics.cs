using System.Numerics.Tensors;
using System.Text.Json;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>How well a model predicts masked tokens, and judges two texts, on text that it did not learn from.</summary>
internal sealed class PretrainingMetrics : TaskMetrics
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

    public override string PrimaryName => "maskedAccuracy";

    public override IReadOnlyList<KeyValuePair<string, double>> Values => SentenceAccuracy is { } sentences
        ? [new("maskedAccuracy", MaskedAccuracy), new("sentenceAccuracy", sentences)]
        : [new("maskedAccuracy", MaskedAccuracy)];

    public override void WriteProperties(Utf8JsonWriter writer)
    {
        base.WriteProperties(writer);
        writer.WriteNumber("maskedTokens", _tokens);
    }
}

/// <summary>
/// Counts how many masked tokens, and judgements of two texts, logits have right, and adds up the tokens' cross-entropies.
/// </summary>
internal sealed class PretrainingEvaluation : IEvaluation
{
    private double _loss;
    private long _tokens;
    private long _rightTokens;
    private int _judgements;
    private int _rightJudgements;

    public void Add(ReadOnlySpan<int> indices, PackedBatch batch, IReadOnlyDictionary<string, float[]> outputs)
    {
        var both = batch.Targets as PreTrainingTargets;
        int[] ids = (both?.Tokens ?? (MaskedTokenTargets)batch.Targets!).Ids;
        ReadOnlySpan<float> logits = outputs[TensorNames.PredictionLogits];
        int vocabulary = ids.Length == 0 ? 0 : logits.Length / ids.Length;
        for (int i = 0; i < ids.Length; i++)
        {
            ReadOnlySpan<float> row = logits.Slice(i * vocabulary, vocabulary);
            int predicted = TensorPrimitives.IndexOfMax(row);
            _loss += CrossEntropy.Of(row, predicted, ids[i]);
            _rightTokens += predicted == ids[i] ? 1 : 0;
        }
        _tokens += ids.Length;
        if (both is null)
            return;
        ReadOnlySpan<float> sentences = outputs[TensorNames.RelationshipLogits];
        for (int i = 0; i < batch.ExampleCount; i++)
        {
            if (both.Sentences.Weights[i] == 0)
                continue;
            _judgements++;
            _rightJudgements += sentences[2 * i + 1] > sentences[2 * i] == (both.Sentences.Classes[i] == 1) ? 1 : 0;
        }
    }

    public TaskMetrics Complete() => new PretrainingMetrics(
        _tokens == 0 ? double.NaN : _loss / _tokens,
        _tokens == 0 ? 0 : (double)_rightTokens / _tokens,
        _judgements == 0 ? null : (double)_rightJudgements / _judgements,
        _tokens);
}
