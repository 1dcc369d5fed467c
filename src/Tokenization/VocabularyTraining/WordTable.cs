using System.Runtime.InteropServices;

namespace BertMLNet.Tokenization;

/// <summary>
/// How often each word stands in the texts. Where there are more different words than may be remembered, the rarest so
/// far are forgotten. As that happens only between blocks, what is remembered depends on the texts alone.
/// </summary>
internal sealed class WordTable(int maxDistinctWords)
{
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>How many words were counted and then forgotten.</summary>
    public long Forgotten { get; private set; }

    /// <summary>Counts the words of the next block.</summary>
    public void Add(Dictionary<string, long> words, int weight)
    {
        foreach ((string word, long count) in words)
            CollectionsMarshal.GetValueRefOrAddDefault(_counts, word, out _) += count * weight;
        if (_counts.Count > maxDistinctWords)
            ForgetRarest();
    }

    /// <summary>The words, the most frequent first, those of the same frequency in ordinal order.</summary>
    public WordCount[] Sorted()
    {
        WordCount[] words = [.. _counts.Select(entry => new WordCount(entry.Key, entry.Value))];
        Array.Sort(words, (one, other) =>
            one.Count != other.Count ? other.Count.CompareTo(one.Count) : string.CompareOrdinal(one.Word, other.Word));
        return words;
    }

    /// <summary>Forgets the words that stand in the text as rarely as a quarter of them or more do.</summary>
    private void ForgetRarest()
    {
        long[] counts = [.. _counts.Values];
        Array.Sort(counts);
        long rare = counts[counts.Length / 4];
        foreach ((string word, long count) in _counts)
        {
            if (count <= rare)
            {
                Forgotten += count;
                _counts.Remove(word);
            }
        }
    }
}
