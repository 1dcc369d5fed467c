namespace BertMLNet.Export;

/// <summary>The inputs of a packed graph that tell which tokens the head reads, and where each is among the heads of its example.</summary>
/// <param name="Positions">See <see cref="PackedInputs.SelectedPositions"/>.</param>
/// <param name="SelectedOrZero">See <see cref="PackedInputs.SelectedOrZero"/>.</param>
/// <param name="Split">See <see cref="PackedInputs.HeadsFromSelected"/>.</param>
/// <param name="SplitOrZero">See <see cref="PackedInputs.HeadsFromSelectedOrZero"/>.</param>
/// <param name="Merge">See <see cref="PackedInputs.SelectedFromHeads"/>.</param>
internal sealed record SelectedTokenInputs(GraphValue Positions, GraphValue SelectedOrZero, GraphValue Split, GraphValue SplitOrZero, GraphValue Merge)
{
    public static SelectedTokenInputs Add(GraphBuilder graph, long heads) => new(
        graph.Input(PackedInputs.SelectedPositions, ElementType.Int64, PackedInputs.Selected),
        graph.Input(PackedInputs.SelectedOrZero, ElementType.Int64, PackedInputs.Tokens),
        graph.Input(PackedInputs.HeadsFromSelected, ElementType.Int64, PackedInputs.Batch, heads, PackedInputs.LongestSelected),
        graph.Input(PackedInputs.HeadsFromSelectedOrZero, ElementType.Int64, PackedInputs.Batch, heads, PackedInputs.LongestSelected),
        graph.Input(PackedInputs.SelectedFromHeads, ElementType.Int64, PackedInputs.Selected, heads));
}
