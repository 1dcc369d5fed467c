namespace Microsoft.ML.Data;

/// <summary>Losses and entropies in bits.</summary>
public sealed class CalibratedBinaryClassificationMetrics : BinaryClassificationMetrics
{
    internal CalibratedBinaryClassificationMetrics(BinaryCounts counts)
        : base(counts)
    {
        double prior = counts.Positives / counts.Count;
        Entropy = -Term(prior) - Term(1 - prior);
        LogLoss = counts.LogLossSum / counts.Count;
        LogLossReduction = (Entropy - LogLoss) / Entropy;
    }

    public double LogLoss { get; }

    public double LogLossReduction { get; }

    public double Entropy { get; }

    private static double Term(double probability) => probability > 0 ? probability * Math.Log2(probability) : 0;
}
