namespace TextLabels;

/// <summary>A text with the labels that it is given, and each label's probability.</summary>
internal sealed class LabelledComment : Comment
{
    public string[] PredictedLabels { get; set; } = [];

    public float[] Score { get; set; } = [];
}
