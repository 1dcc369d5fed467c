namespace BertMLNet.Modeling;

/// <summary>How a parameter starts when no checkpoint holds it.</summary>
public enum Initialization
{
    /// <summary>Normal with standard deviation <c>initializer_range</c>, cut off at two deviations, as in google-research/bert.</summary>
    TruncatedNormal,

    /// <summary>All zero: biases.</summary>
    Zeros,

    /// <summary>All one: the scale of a layer normalisation.</summary>
    Ones,

    /// <summary>The fixed sine and cosine table of position embeddings.</summary>
    Sinusoidal,
}

/// <summary>Draws a parameter's start value.</summary>
internal static class ParameterInitializer
{
    /// <summary>
    /// Fills <paramref name="values"/>. The draw depends on the seed and the parameter's name alone, so a head that a
    /// checkpoint lacks starts alike whatever else was loaded.
    /// </summary>
    public static void Fill(ParameterSpec spec, BertConfig config, int seed, Span<float> values)
    {
        switch (spec.Initialization)
        {
            case Initialization.Zeros:
                values.Clear();
                break;
            case Initialization.Ones:
                values.Fill(1f);
                break;
            case Initialization.Sinusoidal:
                FillSinusoidal(values, spec.Shape[1]);
                break;
            default:
                FillTruncatedNormal(values, config.InitializerRange, new Random(StableHash(spec.Name, seed)));
                break;
        }
    }

    /// <summary>Normal with the given deviation, redrawn beyond two deviations.</summary>
    private static void FillTruncatedNormal(Span<float> values, float deviation, Random random)
    {
        for (int i = 0; i < values.Length; i++)
        {
            double sample;
            do
            {
                // Box-Muller; 1 - u keeps the logarithm's argument above zero.
                sample = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            }
            while (Math.Abs(sample) > 2);
            values[i] = (float)(sample * deviation);
        }
    }

    /// <summary>Row p holds sin(p / 10000^(2i/width)) at column 2i and the cosine at 2i + 1 (Vaswani et al., 2017).</summary>
    private static void FillSinusoidal(Span<float> values, int width)
    {
        for (int i = 0; i < values.Length; i++)
        {
            (int position, int column) = Math.DivRem(i, width);
            double angle = position / Math.Pow(10000, (column - column % 2) / (double)width);
            values[i] = (float)(column % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
        }
    }

    /// <summary>FNV-1a over the name and the seed: string.GetHashCode differs from process to process.</summary>
    private static int StableHash(string name, int seed)
    {
        uint hash = 2166136261;
        foreach (char c in name)
            hash = (hash ^ c) * 16777619;
        for (int shift = 0; shift < 32; shift += 8)
            hash = (hash ^ (byte)(seed >> shift)) * 16777619;
        return (int)hash;
    }
}
