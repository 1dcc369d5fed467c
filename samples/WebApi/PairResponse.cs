namespace WebApi;

/// <summary>The label and one probability a label, in the model's order.</summary>
internal sealed class PairResponse
{
    public string PredictedLabel { get; set; } = "";

    public float[] Score { get; set; } = [];
}
