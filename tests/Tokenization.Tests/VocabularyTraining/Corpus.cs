using System.Text;

namespace BertMLNet.Tokenization.Tests;

/// <summary>Seeded texts whose words share parts, some common and most rare, as in a language.</summary>
internal static class Corpus
{
    private static readonly string[] Syllables =
        ["ba", "ko", "tin", "re", "lo", "s", "ing", "un", "é", "ß", "aa", "a", "7", "ne", "mar", "qu", "i"];

    public static string Create(int seed, int words, int vocabulary = 400)
    {
        var random = new Random(seed);
        string[] known = [.. Enumerable.Range(0, vocabulary).Select(_ => Word(random))];
        var text = new StringBuilder();
        for (int i = 0; i < words; i++)
        {
            // Squared, so that the first words are the common ones.
            double place = random.NextDouble();
            text.Append(known[(int)(place * place * vocabulary)]).Append(random.Next(12) switch { 0 => ",\n", 1 => ". ", _ => " " });
        }
        return text.ToString();
    }

    private static string Word(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => Syllables[random.Next(Syllables.Length)]));
}
