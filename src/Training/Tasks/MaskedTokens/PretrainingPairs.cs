using System.Runtime.InteropServices;

namespace BertMLNet.Training;

/// <summary>Makes examples of two texts for a <see cref="SentenceTask"/>.</summary>
internal sealed class PretrainingPairs(PretrainingSource source)
{
    private readonly SentenceVersions _versions = new(source.Corpus, source.Vocabulary);
    private readonly List<int> _first = [];
    private readonly List<int> _second = [];

    /// <summary>Makes an example of a stretch of text.</summary>
    /// <param name="begin">The first sentence.</param>
    /// <param name="end">The sentence behind the last.</param>
    /// <param name="random">Decides everything.</param>
    /// <param name="ids">Is given [CLS] text [SEP] text [SEP].</param>
    /// <param name="secondSegment">Where the second text begins.</param>
    /// <returns>The class, 0 or 1; -1 where the stretch is not fit for the task.</returns>
    public int Create(int begin, int end, ref SeededRandom random, List<int> ids, out int secondSegment)
    {
        secondSegment = 0;
        int room = source.MaxLength - 3;
        int label = source.SentenceTask switch
        {
            SentenceTask.SameContent => _versions.Create(begin, end, room / 2, ref random, _first, _second),
            SentenceTask.SentenceOrder => Follow(begin, end, room, ref random, isRandom: false),
            _ => Follow(begin, end, room, ref random, isRandom: random.Next(2) == 1),
        };
        if (label < 0)
            return label;
        ids.Clear();
        ids.Add(source.Vocabulary.Classification);
        ids.AddRange(_first);
        ids.Add(source.Vocabulary.Separator);
        secondSegment = ids.Count;
        ids.AddRange(_second);
        ids.Add(source.Vocabulary.Separator);
        return label;
    }

    /// <summary>Cuts the stretch in two at the end of a sentence, and exchanges the parts or takes a second one from elsewhere.</summary>
    private int Follow(int begin, int end, int room, ref SeededRandom random, bool isRandom)
    {
        TextCorpus corpus = source.Corpus;
        int document = corpus.DocumentOf(begin);
        int last = begin + 1;
        while (last < end && corpus.DocumentOf(last) == document)
            last++;
        if (last - begin < 2)
            return -1;
        int cut = begin + 1 + random.Next(last - begin - 1);
        Take(_first, corpus.Sentences(begin, cut));
        Take(_second, corpus.Sentences(cut, last));
        int label = 0;
        if (source.SentenceTask == SentenceTask.SentenceOrder)
        {
            label = random.Next(2);
        }
        else if (isRandom)
        {
            int other = random.Next(corpus.SentenceCount);
            if (corpus.DocumentOf(other) != document)
            {
                int otherEnd = other + 1;
                while (otherEnd < corpus.SentenceCount && corpus.DocumentOf(otherEnd) == corpus.DocumentOf(other)
                    && corpus.Sentences(other, otherEnd + 1).Length <= _second.Count)
                    otherEnd++;
                Take(_second, corpus.Sentences(other, otherEnd));
                label = 1;
            }
        }
        // The longer one gives way.
        int firstKept = Math.Min(_first.Count, Math.Max(room / 2, room - _second.Count));
        _first.RemoveRange(firstKept, _first.Count - firstKept);
        int secondKept = Math.Min(_second.Count, room - firstKept);
        _second.RemoveRange(secondKept, _second.Count - secondKept);
        if (source.SentenceTask == SentenceTask.SentenceOrder && label == 1)
        {
            int[] second = [.. _second];
            Take(_second, CollectionsMarshal.AsSpan(_first));
            Take(_first, second);
        }
        return label;
    }

    private static void Take(List<int> target, ReadOnlySpan<int> ids)
    {
        target.Clear();
        target.AddRange(ids);
    }
}
