using System.Numerics.Tensors;
using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

public sealed class PretrainingStartTests
{
    private static readonly TextCorpus _text = PretrainingTestText.Corpus();

    [Fact]
    public void Without_any_context_tokens_are_as_likely_as_they_are_frequent()
    {
        ParameterSet parameters = Started(PositionEmbedding.Learned);
        float[] likelihoods = new float[parameters.Config.VocabSize];

        TensorPrimitives.SoftMax(parameters[BertParameters.PredictionBias], likelihoods);

        int[] counts = _text.CountIds(likelihoods.Length);
        for (int id = 0; id < counts.Length; id++)
            Assert.Equal((counts[id] + 1f) / (_text.TokenCount + counts.Length), likelihoods[id], 1e-5f);
    }

    [Fact]
    public void Positions_are_as_large_as_other_embeddings_and_neighbours_are_alike()
    {
        ParameterSet parameters = Started(PositionEmbedding.Learned);
        ReadOnlySpan<float> table = parameters[BertParameters.PositionEmbeddings];
        int width = parameters.Config.HiddenSize;

        Assert.Equal(parameters.Config.InitializerRange, TensorPrimitives.Norm(table) / MathF.Sqrt(table.Length), 1e-4f);
        float Likeness(int distance, ReadOnlySpan<float> rows) =>
            TensorPrimitives.CosineSimilarity(rows.Slice(5 * width, width), rows.Slice((5 + distance) * width, width));
        Assert.True(Likeness(1, table) > Likeness(4, table) && Likeness(4, table) > Likeness(12, table));
    }

    [Fact]
    public void Fixed_positions_stay_as_they_are()
    {
        float[] drawn = ParameterSet.Initialize(Config(PositionEmbedding.Sinusoidal), Heads.MaskedTokens, seed: 1)[BertParameters.PositionEmbeddings];

        Assert.Equal(drawn, Started(PositionEmbedding.Sinusoidal)[BertParameters.PositionEmbeddings]);
    }

    private static ParameterSet Started(PositionEmbedding positions)
    {
        ParameterSet parameters = ParameterSet.Initialize(Config(positions), Heads.MaskedTokens, seed: 1);
        PretrainingStart.Apply(parameters, _text);
        return parameters;
    }

    private static BertConfig Config(PositionEmbedding positions) => new()
    {
        VocabSize = PretrainingTestText.Tokenizer().Vocabulary.Count, HiddenSize = 16, NumHiddenLayers = 1, NumAttentionHeads = 2,
        IntermediateSize = 32, MaxPositionEmbeddings = 64, PositionEmbedding = positions,
    };
}
