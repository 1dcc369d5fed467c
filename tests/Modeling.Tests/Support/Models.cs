namespace BertMLNet.Modeling.Tests;

/// <summary>Small models for the tests.</summary>
internal static class Models
{
    public static BertConfig Tiny { get; } = new()
    {
        VocabSize = 40, HiddenSize = 8, NumHiddenLayers = 2, NumAttentionHeads = 2, IntermediateSize = 12, MaxPositionEmbeddings = 10,
    };

    /// <summary>A model every value of which is random, biases and normalisations too.</summary>
    /// <summary>The head of a name, as a theory's data can hold it.</summary>
    public static Head HeadOf(string name) => Heads.All.Single(head => string.Equals(head.Name, name));

    public static ParameterSet Random(BertConfig config, Head head, int seed)
    {
        var set = new ParameterSet(config, head);
        var random = new Random(seed);
        foreach (ParameterSpec spec in set.Specs)
        {
            float[] values = set[spec.Name];
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)(random.NextDouble() * 2 - 1);
        }
        return set;
    }

    public static void AssertEqual(ParameterSet expected, ParameterSet actual)
    {
        foreach (ParameterSpec spec in expected.Specs)
            Assert.True(expected[spec.Name].AsSpan().SequenceEqual(actual[spec.Name]), spec.Name);
    }

    public static (string Name, int[] Shape)[] Tensors(ParameterSet set) => [.. set.Specs.Select(spec => (spec.Name, spec.Shape))];
}
