using System.Text;

namespace BertMLNet.TestKit;

/// <summary>
/// Makes a small WordPiece vocabulary from text by taking its words whole: enough for a demonstration on text of few
/// words. Other words are spelt out in single characters, so [UNK] stands only for characters never seen.
/// </summary>
public static class WordListVocabulary
{
    private static readonly string[] SpecialTokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

    /// <summary>Lists the tokens, by id: special tokens, characters, their continuations, then words from frequent to rare.</summary>
    /// <param name="texts">The text; it is lower-cased and split into words and single punctuation marks.</param>
    /// <param name="maxWords">The largest number of words; rare ones are left out first.</param>
    public static IReadOnlyList<string> Build(IEnumerable<string> texts, int maxWords = 30_000)
    {
        var counts = new Dictionary<string, int>();
        foreach (string word in texts.SelectMany(Words))
            counts[word] = counts.GetValueOrDefault(word) + 1;

        string[] characters = [.. counts.Keys.SelectMany(word => word.EnumerateRunes()).Distinct().Order().Select(rune => rune.ToString())];
        IEnumerable<string> words = counts
            .OrderByDescending(entry => entry.Value)
            .ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => entry.Key)
            .Except(characters);
        return [.. SpecialTokens, .. characters, .. characters.Select(character => "##" + character), .. words.Take(maxWords)];
    }

    private static IEnumerable<string> Words(string text)
    {
        var word = new StringBuilder();
        foreach (Rune rune in text.ToLowerInvariant().EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune))
            {
                word.Append(rune.ToString());
                continue;
            }
            if (word.Length > 0)
                yield return word.ToString();
            word.Clear();
            if (!Rune.IsWhiteSpace(rune) && !Rune.IsControl(rune))
                yield return rune.ToString();
        }
        if (word.Length > 0)
            yield return word.ToString();
    }
}
