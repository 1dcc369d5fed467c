namespace BertMLNet.Tests;

/// <summary>What <c>BertPairClassify</c> adds for a two-label model.</summary>
internal sealed class PairPredictionRow
{
    public string PredictedLabel { get; set; } = "";

    public float[] Score { get; set; } = [];

    public float Probability { get; set; }
}
