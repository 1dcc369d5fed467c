using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

/// <summary>What masked-language training asks of an engine besides.</summary>
public abstract class MaskedTokenContract() : BertEngineContract(Heads.MaskedTokens)
{
    [Fact]
    public void Logits_of_a_token_do_not_depend_on_which_others_are_masked()
    {
        using ITrainingEngine engine = Create(OneGroup(), dropout: false);
        PackedBatch batch = Batch(1);
        float[] all = LogitsAt(engine, batch, [.. Enumerable.Range(0, batch.TokenCount)]);
        int width = all.Length / batch.TokenCount;
        // The second example has no masked token; the last choice has none at all.
        int[] firstOfThird = [batch.Lengths[0] + batch.Lengths[1]];
        foreach (int[] positions in (int[][])[[0, 2, .. firstOfThird, batch.TokenCount - 1], firstOfThird, []])
        {
            float[] expected = [.. positions.SelectMany(position => all[(position * width)..((position + 1) * width)])];
            float[] actual = LogitsAt(engine, batch, positions);
            Assert.Equal(expected.Length, actual.Length);
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        }
    }

    private static float[] LogitsAt(ITrainingEngine engine, PackedBatch batch, int[] positions) => engine.Forward(new PackedBatch
    {
        Lengths = batch.Lengths,
        InputIds = batch.InputIds,
        TokenTypeIds = batch.TokenTypeIds,
        Targets = new MaskedTokenTargets(positions, new int[positions.Length]),
    })[TensorNames.PredictionLogits];
}
