using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>
/// Random weights that know a little: what every model learns first, one slow update after another, is how often each token
/// occurs and which positions are neighbours. Both are known before the first update.
/// </summary>
internal static class PretrainingStart
{
    /// <summary>
    /// Sets the bias of the masked-token head to the logarithm of each token's frequency, and learned position embeddings to
    /// the sine and cosine table, no larger than the other embeddings, in which neighbours are alike.
    /// </summary>
    public static void Apply(ParameterSet parameters, TextCorpus text)
    {
        FillTokenBias(parameters[BertParameters.PredictionBias], text);
        if (parameters.Config.PositionEmbedding == PositionEmbedding.Learned)
            FillPositions(parameters);
    }

    /// <summary>Tokens that do not occur count as seen once, as do the special ones.</summary>
    private static void FillTokenBias(Span<float> bias, TextCorpus text)
    {
        int[] counts = text.CountIds(bias.Length);
        double mean = counts.Average(count => Math.Log(count + 1d));
        for (int id = 0; id < bias.Length; id++)
            bias[id] = (float)(Math.Log(counts[id] + 1d) - mean);
    }

    private static void FillPositions(ParameterSet parameters)
    {
        ParameterSpec spec = parameters.Specs.First(
            spec => string.Equals(spec.Name, BertParameters.PositionEmbeddings, StringComparison.Ordinal));
        Span<float> table = parameters[BertParameters.PositionEmbeddings];
        ParameterInitializer.Fill(spec with { Initialization = Initialization.Sinusoidal }, parameters.Config, seed: 0, table);
        // Sines have a mean square of one half.
        float scale = MathF.Sqrt(2) * parameters.Config.InitializerRange;
        foreach (ref float value in table)
            value *= scale;
    }
}
