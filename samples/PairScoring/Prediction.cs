namespace PairScoring;

/// <summary>A pair and what the model says of it.</summary>
internal sealed class Prediction : Pair
{
    public string PredictedLabel { get; set; } = "";

    /// <summary>One probability a label, in the model's order.</summary>
    public float[] Score { get; set; } = [];
}
