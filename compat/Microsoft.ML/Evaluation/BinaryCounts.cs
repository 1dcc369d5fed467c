namespace Microsoft.ML.Data;

/// <summary>What a pass over scored rows gives; the metrics are computed from it.</summary>
internal sealed class BinaryCounts
{
    public BinaryCounts(string[] classNames) => ClassNames = classNames;

    public string[] ClassNames { get; }

    public List<(float Score, bool Positive)> Rows { get; } = [];

    public double TruePositives { get; private set; }

    public double TrueNegatives { get; private set; }

    public double FalsePositives { get; private set; }

    public double FalseNegatives { get; private set; }

    public double LogLossSum { get; private set; }

    public double Positives => TruePositives + FalseNegatives;

    public double Count => Rows.Count;

    /// <summary>The class predicted is that of the score's sign, as in ML.NET, whatever the predicted label's column says.</summary>
    public void Add(float score, float probability, bool positive)
    {
        Rows.Add((score, positive));
        bool predicted = score > 0;
        TruePositives += positive && predicted ? 1 : 0;
        FalseNegatives += positive && !predicted ? 1 : 0;
        FalsePositives += !positive && predicted ? 1 : 0;
        TrueNegatives += !positive && !predicted ? 1 : 0;
        LogLossSum -= Math.Log2(positive ? probability : 1.0 - probability);
    }
}
