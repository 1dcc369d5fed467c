namespace Microsoft.ML.Data;

/// <summary>Counts of rows by actual class (first index) and predicted class (second).</summary>
public sealed class ConfusionMatrix
{
    private readonly string[] _names;
    private readonly bool _isBinary;

    internal ConfusionMatrix(double[][] counts, string[] names, bool isBinary)
    {
        Counts = counts;
        _names = names;
        _isBinary = isBinary;
        int[] classes = [.. Enumerable.Range(0, counts.Length)];
        PerClassRecall = [.. classes.Select(i => Ratio(counts[i][i], counts[i].Sum()))];
        PerClassPrecision = [.. classes.Select(i => Ratio(counts[i][i], classes.Sum(actual => counts[actual][i])))];
    }

    public IReadOnlyList<double> PerClassPrecision { get; }

    public IReadOnlyList<double> PerClassRecall { get; }

    public IReadOnlyList<IReadOnlyList<double>> Counts { get; }

    public int NumberOfClasses => Counts.Count;

    public double GetCountForClassPair(int predictedClassIndicatorIndex, int actualClassIndicatorIndex)
    {
        Check.Parameter(predictedClassIndicatorIndex >= 0 && predictedClassIndicatorIndex < NumberOfClasses, nameof(predictedClassIndicatorIndex),
            "Invalid index. Should be non-negative, less than the number of classes.");
        Check.Parameter(actualClassIndicatorIndex >= 0 && actualClassIndicatorIndex < NumberOfClasses, nameof(actualClassIndicatorIndex),
            "Invalid index. Should be non-negative, less than the number of classes.");
        return Counts[actualClassIndicatorIndex][predictedClassIndicatorIndex];
    }

    public string GetFormattedConfusionTable() => ConfusionTable.Format(this, _names, _isBinary);

    private static double Ratio(double part, double whole) => whole > 0 ? part / whole : 0;
}
