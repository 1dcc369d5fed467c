namespace BertMLNet;

/// <summary>What a saved transformer needs to be itself again; the device is left to the machine that loads it.</summary>
internal sealed record SavedState<TOptions>(ModelReference Model, TOptions Options);
