using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>What <see cref="BertSlotMapping"/> writes. It is public for ML.NET's sake.</summary>
public sealed class BertSlotOutput
{
    internal const string SlotColumn = "__bertmlnet_slot";

    /// <summary>The slot's value; a vector of one, since a number would lend its column's name to the slot it becomes.</summary>
    [ColumnName(SlotColumn)]
    [VectorType(1)]
    public float[] Slot { get; set; } = new float[1];
}
