namespace BertMLNet.Modeling;

/// <summary>How far a copy or download has come.</summary>
/// <param name="Item">The file or tensor under way.</param>
/// <param name="Done">The bytes done, of all items.</param>
/// <param name="Total">The bytes of all items; 0 where that is not known.</param>
public readonly record struct TransferProgress(string Item, long Done, long Total);
