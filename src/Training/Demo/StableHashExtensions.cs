namespace BertMLNet.Training;

/// <summary>A hash of text by which the generators tell names for training from names for validation.</summary>
internal static class StableHashExtensions
{
    /// <summary>FNV-1a: string.GetHashCode differs from process to process.</summary>
    public static uint StableHash(this string text) => text.Aggregate(2166136261, (hash, c) => (hash ^ c) * 16777619);
}
