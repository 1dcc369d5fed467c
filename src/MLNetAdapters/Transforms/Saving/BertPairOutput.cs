using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>What the custom mapping of a saved pair transformer writes. It is public for ML.NET's sake.</summary>
public sealed class BertPairOutput
{
    internal const string LabelColumn = "__bertmlnet_label";
    internal const string ScoreColumn = "__bertmlnet_score";
    internal const string ProbabilityColumn = "__bertmlnet_probability";
    internal const string BinaryLabelColumn = "__bertmlnet_binary_label";
    internal const string BinaryScoreColumn = "__bertmlnet_binary_score";

    /// <summary>The label.</summary>
    [ColumnName(LabelColumn)]
    public string Label { get; set; } = "";

    /// <summary>The probabilities.</summary>
    [ColumnName(ScoreColumn)]
    [VectorType]
    public float[] Score { get; set; } = [];

    /// <summary>Label 1's probability.</summary>
    [ColumnName(ProbabilityColumn)]
    public float Probability { get; set; }

    /// <summary>Whether label 1 is the most probable.</summary>
    [ColumnName(BinaryLabelColumn)]
    public bool BinaryLabel { get; set; }

    /// <summary>Label 1's logit less label 0's.</summary>
    [ColumnName(BinaryScoreColumn)]
    public float BinaryScore { get; set; }
}
