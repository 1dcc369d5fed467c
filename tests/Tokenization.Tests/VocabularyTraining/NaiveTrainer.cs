namespace BertMLNet.Tokenization.Tests;

/// <summary>The rules of vocabulary training written down as plainly as can be: everything is counted anew for each merge.</summary>
internal static class NaiveTrainer
{
    /// <summary>The joined pieces of a vocabulary, in order.</summary>
    /// <param name="counts">The words of the text, ASCII letters and digits.</param>
    /// <param name="joinedPieces">How many pieces the vocabulary has room for.</param>
    /// <param name="minFrequency">How often a pair must stand in the text.</param>
    /// <param name="rule">Which pair is next.</param>
    public static List<string> Join(IReadOnlyDictionary<string, long> counts, int joinedPieces, long minFrequency, MergeRule rule)
    {
        var words = counts.Select(word => (Spelling: Characters(word.Key), Count: word.Value)).ToList();
        double total = words.Sum(word => word.Spelling.Count * word.Count);
        string[] characters = [.. words.SelectMany(word => word.Spelling).SelectMany(piece => new[] { Bare(piece), "##" + Bare(piece) }).Distinct()];
        var joined = new List<string>();
        var tried = new HashSet<string>(characters);
        while (true)
        {
            while (joined.Count < joinedPieces && Best(words, total, minFrequency, rule) is { } best)
            {
                string piece = best.Left + Bare(best.Right);
                words = [.. words.Select(word => (Merge(word.Spelling, best.Left, best.Right), word.Count))];
                if (tried.Add(piece))
                    joined.Add(piece);
            }
            long least = Best(words, total, minFrequency, rule) is not { } next ? 0 : rule == MergeRule.Frequency ? next.Count : minFrequency;
            var uses = counts.SelectMany(word => Spell(word.Key, [.. characters, .. joined]).Select(piece => (piece, word.Value)))
                .GroupBy(use => use.piece, use => use.Value).ToDictionary(group => group.Key, group => group.Sum());
            if (joined.RemoveAll(piece => uses.GetValueOrDefault(piece) < least) == 0)
                return joined;
        }
    }

    private static (string Left, string Right, long Count)? Best(
        List<(List<string> Spelling, long Count)> words, double total, long minFrequency, MergeRule rule)
    {
        var pieces = words.SelectMany(word => word.Spelling.Select(piece => (piece, word.Count)))
            .GroupBy(use => use.piece, use => use.Count).ToDictionary(group => group.Key, group => group.Sum());
        var pairs = words.SelectMany(word => word.Spelling.Zip(word.Spelling.Skip(1)).Select(pair => (pair, word.Count)))
            .GroupBy(use => use.pair, use => use.Count)
            .Select(group => (Left: group.Key.First, Right: group.Key.Second, Count: group.Sum()))
            .Where(pair => pair.Count >= minFrequency)
            .OrderByDescending(pair => rule == MergeRule.Frequency
                ? pair.Count
                : pair.Count * (Math.Log(pair.Count / ((double)pieces[pair.Left] * pieces[pair.Right])) + Math.Log(total)))
            .ThenByDescending(pair => pair.Count)
            .ThenBy(pair => pair.Left, StringComparer.Ordinal).ThenBy(pair => pair.Right, StringComparer.Ordinal)
            .ToList();
        return pairs.Count == 0 ? null : pairs[0];
    }

    private static List<string> Characters(string word) => [.. word.Select((character, i) => i == 0 ? $"{character}" : $"##{character}")];

    private static string Bare(string piece) => piece.StartsWith("##") ? piece[2..] : piece;

    private static List<string> Merge(List<string> spelling, string left, string right)
    {
        var merged = new List<string>();
        for (int i = 0; i < spelling.Count; i++)
        {
            bool joins = i + 1 < spelling.Count && spelling[i] == left && spelling[i + 1] == right;
            merged.Add(joins ? left + Bare(right) : spelling[i]);
            i += joins ? 1 : 0;
        }
        return merged;
    }

    private static List<string> Spell(string word, HashSet<string> pieces)
    {
        var spelling = new List<string>();
        for (int start = 0; start < word.Length;)
        {
            int end = word.Length;
            while (!pieces.Contains((start > 0 ? "##" : "") + word[start..end]))
                end--;
            spelling.Add((start > 0 ? "##" : "") + word[start..end]);
            start = end;
        }
        return spelling;
    }
}
