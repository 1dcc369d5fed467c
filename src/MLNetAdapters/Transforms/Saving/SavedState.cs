namespace BertMLNet;

/// <summary>What a saved transformer needs to be itself again; it scores on the CPU.</summary>
internal sealed record SavedState<TOptions>(ModelReference Model, TOptions Options);
