namespace Microsoft.ML.Data;

/// <summary>Losses in nats.</summary>
public sealed class MulticlassClassificationMetrics
{
    internal MulticlassClassificationMetrics(MulticlassCounts counts, string[] classNames, int topK)
    {
        ConfusionMatrix = new ConfusionMatrix(counts.Confusion, classNames, isBinary: false);
        double[] rows = [.. counts.Confusion.Select(row => row.Sum())];
        int[] seen = [.. Enumerable.Range(0, rows.Length).Where(i => rows[i] > 0)];
        MicroAccuracy = counts.Count > 0 ? seen.Sum(i => counts.Confusion[i][i]) / counts.Count : 0;
        MacroAccuracy = seen.Length > 0 ? seen.Average(i => ConfusionMatrix.PerClassRecall[i]) : 0;
        LogLoss = counts.Count > 0 ? counts.LogLoss / counts.Count : 0;
        double entropy = -seen.Sum(i => rows[i] * Math.Log(rows[i] / counts.Count)) / counts.Count;
        LogLossReduction = (entropy - LogLoss) / entropy;
        PerClassLogLoss = [.. rows.Select((weight, i) => weight > 0 ? counts.ClassLogLoss[i] / weight : 0)];
        TopKPredictionCount = topK;
        if (topK > 0)
            TopKAccuracyForAllK = [.. Enumerable.Range(1, Math.Min(topK, counts.Ranks.Length)).Select(k => counts.Ranks.Take(k).Sum() / counts.Count)];
    }

    public double LogLoss { get; }

    public double LogLossReduction { get; }

    public double MacroAccuracy { get; }

    public double MicroAccuracy { get; }

    public double TopKAccuracy => TopKAccuracyForAllK?.LastOrDefault() ?? 0;

    public int TopKPredictionCount { get; }

    public IReadOnlyList<double> TopKAccuracyForAllK { get; }

    public IReadOnlyList<double> PerClassLogLoss { get; }

    public ConfusionMatrix ConfusionMatrix { get; }
}
