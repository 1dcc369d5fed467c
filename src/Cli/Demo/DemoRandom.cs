namespace BertMLNet.Cli;

/// <summary>Draws that the generators share.</summary>
internal static class RandomExtensions
{
    /// <summary>One of <paramref name="items"/>.</summary>
    public static T Pick<T>(this Random random, T[] items) => items[random.Next(items.Length)];

    /// <summary>True with the given probability.</summary>
    public static bool Chance(this Random random, double probability) => random.NextDouble() < probability;
}

/// <summary>A hash of text by which the generators tell names for training from names for validation.</summary>
internal static class StableHashExtensions
{
    /// <summary>FNV-1a: string.GetHashCode differs from process to process.</summary>
    public static uint StableHash(this string text) => text.Aggregate(2166136261, (hash, c) => (hash ^ c) * 16777619);
}
