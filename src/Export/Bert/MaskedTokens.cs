namespace BertMLNet.Export;

/// <summary>The inputs of a packed graph that tell which tokens are masked, and where each is among the heads of its example.</summary>
/// <param name="Positions">See <see cref="PackedInputs.MaskedPositions"/>.</param>
/// <param name="MaskedOrZero">See <see cref="PackedInputs.MaskedOrZero"/>.</param>
/// <param name="Split">See <see cref="PackedInputs.HeadsFromMasked"/>.</param>
/// <param name="SplitOrZero">See <see cref="PackedInputs.HeadsFromMaskedOrZero"/>.</param>
/// <param name="Merge">See <see cref="PackedInputs.MaskedFromHeads"/>.</param>
internal sealed record MaskedTokens(GraphValue Positions, GraphValue MaskedOrZero, GraphValue Split, GraphValue SplitOrZero, GraphValue Merge)
{
    public static MaskedTokens AddInputs(GraphBuilder graph, long heads) => new(
        graph.Input(PackedInputs.MaskedPositions, ElementType.Int64, PackedInputs.Masked),
        graph.Input(PackedInputs.MaskedOrZero, ElementType.Int64, PackedInputs.Tokens),
        graph.Input(PackedInputs.HeadsFromMasked, ElementType.Int64, PackedInputs.Batch, heads, PackedInputs.LongestMasked),
        graph.Input(PackedInputs.HeadsFromMaskedOrZero, ElementType.Int64, PackedInputs.Batch, heads, PackedInputs.LongestMasked),
        graph.Input(PackedInputs.MaskedFromHeads, ElementType.Int64, PackedInputs.Masked, heads));
}
