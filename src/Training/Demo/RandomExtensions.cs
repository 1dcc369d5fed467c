namespace BertMLNet.Training;

/// <summary>Draws that the generators share.</summary>
internal static class RandomExtensions
{
    /// <summary>One of <paramref name="items"/>.</summary>
    public static T Pick<T>(this Random random, T[] items) => items[random.Next(items.Length)];

    /// <summary>True with the given probability.</summary>
    public static bool Chance(this Random random, double probability) => random.NextDouble() < probability;
}
