using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>What <see cref="BertSlotMapping"/> reads. It is public for ML.NET's sake; saved pipelines fill it themselves.</summary>
public sealed class BertSlotInput
{
    internal const string IndexColumn = "__bertmlnet_slot_index";

    /// <summary>The slot's index, as text: the only constant that a saved pipeline can carry.</summary>
    [ColumnName(IndexColumn)]
    public string Index { get; set; } = "";

    /// <summary>The probabilities, of a length that no schema knows.</summary>
    [ColumnName(BertPairOutput.ScoreColumn)]
    [VectorType]
    public float[] Scores { get; set; } = [];
}
