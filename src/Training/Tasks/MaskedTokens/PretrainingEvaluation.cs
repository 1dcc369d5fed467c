using System.Numerics.Tensors;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>Counts how many masked tokens, and judgements of two texts, logits have right, and adds up the tokens' cross-entropies.</summary>
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
