namespace BertMLNet.Cli;

/// <summary>Draws that the generators share.</summary>
internal static class DemoRandom
{
    /// <summary>One of <paramref name="items"/>.</summary>
    public static T Pick<T>(this Random random, T[] items) => items[random.Next(items.Length)];

    /// <summary>True with the given probability.</summary>
    public static bool Chance(this Random random, double probability) => random.NextDouble() < probability;

    /// <summary>
    /// FNV-1a, by which names for training are told from names for validation: string.GetHashCode differs from process to process.
    /// </summary>
    public static uint StableHash(this string text) => text.Aggregate(2166136261, (hash, c) => (hash ^ c) * 16777619);
}

/// <summary>Names that generated texts share. All are invented or everyday.</summary>
internal static class DemoNames
{
    public static readonly string[] Cities = Words(
        "Lisbon Oslo Vienna Prague Dublin Athens Madrid Geneva Turin Lyon Porto Ghent Bergen Krakow Zagreb Sofia Riga Tallinn "
        + "Boston Denver Austin Chicago Seattle Toronto Montreal Lima Quito Bogota Santiago Nairobi Cairo Tunis Accra Lagos Mumbai "
        + "Delhi Osaka Kyoto Seoul Taipei Manila Hanoi Perth Sydney");

    public static readonly string[] Companies = Words(
        "Norvex Calder Brightline Kestrel Halcyon Tarsus Ironwood Lumina Pinecrest Solmark Quantor Redstone Silvermark Thornbury "
        + "Umbra Vantage Westmoor Zephyr Arbor Beacon Cobalt Dynamo Everest Falconer Granite Horizon Inlet Juniper Keystone Lattice "
        + "Meridian Nimbus Orchard Palisade Quarry Rowan Sterling Trident Unison Verdant");

    public static readonly string[] GivenNames = Words(
        "Anna Boris Clara David Elena Felix Grace Henry Irene Jonas Karin Louis Maria Niels Olga Peter Rosa Simon Tessa Victor "
        + "Wanda Yusuf Zoe Amir Bella");

    public static readonly string[] Surnames = Words(
        "Keller Morris Novak Olsen Parker Quinn Rossi Silva Turner Vogel Walsh Young Adler Brandt Costa Dufour Engel Fischer Garcia "
        + "Hughes Ivanov Jansen Kovac Lindt Mercer");

    /// <summary>The words of a list.</summary>
    public static string[] Words(string list) => list.Split(' ');
}
