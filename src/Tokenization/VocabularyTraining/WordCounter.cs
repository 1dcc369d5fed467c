using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace BertMLNet.Tokenization;

/// <summary>Counts the words of texts, normalized and split as the tokenizer does it.</summary>
internal sealed class WordCounter(BertNormalizer normalizer)
{
    /// <summary>
    /// Counts the words of each block, several blocks at a time, and hands them over one by one in the order of the text.
    /// </summary>
    public void CountBlocks(
        TextBlockReader reader, int threads, Action<TextBlock, Dictionary<string, long>> take,
        IProgress<VocabularyTrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var running = new Queue<(TextBlock Block, Task<Dictionary<string, long>> Words)>();
        foreach (TextBlock block in reader.Read())
        {
            running.Enqueue((block, Task.Run(() => Count(block, cancellationToken), cancellationToken)));
            if (running.Count >= threads)
                TakeNext();
        }
        while (running.Count > 0)
            TakeNext();

        void TakeNext()
        {
            (TextBlock block, Task<Dictionary<string, long>> words) = running.Dequeue();
            take(block, words.GetAwaiter().GetResult());
            progress?.Report(new VocabularyTrainingProgress(VocabularyTrainingPhase.Counting, block.EndsAt, reader.TotalBytes));
        }
    }

    /// <summary>How often each word stands in the block, its weight aside.</summary>
    /// <exception cref="BertMLNetException">The block is not UTF-8.</exception>
    public Dictionary<string, long> Count(TextBlock block, CancellationToken cancellationToken)
    {
        ReadOnlySpan<byte> bytes = block.Bytes.Span;
        if (!Utf8.IsValid(bytes))
            throw new BertMLNetException($"{block.Path}, line {InvalidLine(block)}: the bytes are not UTF-8; save the file as UTF-8");

        var words = new Dictionary<string, long>(StringComparer.Ordinal);
        var lookup = words.GetAlternateLookup<ReadOnlySpan<char>>();
        var normalized = new NormalizedText([], []);
        char[] line = [];
        try
        {
            while (!bytes.IsEmpty)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int end = bytes.IndexOf((byte)'\n');
                end = end < 0 ? bytes.Length : end + 1;
                if (line.Length < end)
                    line = new char[2 * end];
                int length = System.Text.Encoding.UTF8.GetChars(bytes[..end], line);
                bytes = bytes[end..];
                normalized.Clear();
                normalizer.Normalize(line.AsSpan(0, length), 0, ref normalized);
                for (int position = 0; BertPreTokenizer.TryNextWord(normalized.Chars, ref position, out int start);)
                    CollectionsMarshal.GetValueRefOrAddDefault(lookup, normalized.Chars[start..position], out _)++;
            }
        }
        finally
        {
            normalized.Dispose();
        }
        return words;
    }

    private static long InvalidLine(TextBlock block)
    {
        ReadOnlySpan<byte> bytes = block.Bytes.Span;
        for (long line = block.FirstLine; ; line++)
        {
            int end = bytes.IndexOf((byte)'\n');
            if (end < 0 || !Utf8.IsValid(bytes[..end]))
                return line;
            bytes = bytes[(end + 1)..];
        }
    }
}

/// <summary>A word of the text, normalized.</summary>
/// <param name="Word">Its characters.</param>
/// <param name="Count">How often it stands in the text, by weight.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct WordCount(string Word, long Count);

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
