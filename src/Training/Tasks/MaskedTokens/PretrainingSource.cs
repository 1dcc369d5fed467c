using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace BertMLNet.Training;

/// <summary>A text and how the examples of an epoch are made of it, by seed alone.</summary>
internal sealed class PretrainingSource(
    TextCorpus corpus, PretrainingVocabulary vocabulary, PretrainingOptions options, int maxLength, int examples)
{
    private readonly List<int> _examplesOfPasses = [];
    private readonly Dictionary<int, (int First, int End)[]> _passes = [];

    public TextCorpus Corpus => corpus;

    public PretrainingVocabulary Vocabulary => vocabulary;

    public MaskingOptions Masking => options.Masking;

    public SentenceTask SentenceTask => options.SentenceTask;

    public int MaxLength => maxLength;

    public int Examples => examples;

    /// <summary>The examples that one pass over the text gives.</summary>
    public int ExamplesAPass => Pass(0).Length;

    /// <summary>A hash of the text and of what decides the examples.</summary>
    public string Fingerprint
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            corpus.AddTo(hash);
            (double rate, double part, bool whole) = (options.Masking.Rate, options.Masking.MaskPart, options.Masking.WholeWords);
            hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant(
                $"{rate}, {part}, {whole}, {options.SentenceTask}, {options.SentencePart}, {maxLength}, {examples}")));
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    /// <summary>Whether an example is to be two texts.</summary>
    public bool IsPair(ref SeededRandom random) =>
        options.SentenceTask != SentenceTask.None && random.NextDouble() < options.SentencePart;

    /// <summary>The generator that decides all of an example but its masks.</summary>
    public SeededRandom RandomFor(int epoch, int example) =>
        new(Seeds.Derive(options.Optimization.Seed, Seeds.Purpose.Example, epoch, example));

    /// <summary>The generator that decides an example's masks.</summary>
    public SeededRandom MasksFor(int epoch, int example) =>
        new(Seeds.Derive(options.Optimization.Seed, Seeds.Purpose.Masks, epoch, example));

    /// <summary>
    /// The sentences of one example: the text is cut anew, and shuffled, in each pass, and an epoch goes on where the one before ended.
    /// </summary>
    public (int First, int End) SentencesOf(int epoch, int example)
    {
        long index = (long)epoch * examples + example;
        for (int pass = 0; ; pass++)
        {
            if (pass == _examplesOfPasses.Count)
                _examplesOfPasses.Add(Pass(pass).Length);
            if (index < _examplesOfPasses[pass])
                return Pass(pass)[index];
            index -= _examplesOfPasses[pass];
        }
    }

    private (int First, int End)[] Pass(int pass)
    {
        if (_passes.TryGetValue(pass, out (int First, int End)[]? known))
            return known;
        var random = new SeededRandom(Seeds.Derive(options.Optimization.Seed, Seeds.Purpose.Example, -1, pass));
        int whole = maxLength - 2;
        int room = 1 + random.Next(whole);
        List<(int First, int End)> spans = [];
        int first = 0;
        int length = 0;
        for (int sentence = 0; sentence < corpus.SentenceCount; sentence++)
        {
            int tokens = corpus.LengthOf(sentence);
            if (sentence > first && length + tokens > room)
            {
                spans.Add((first, sentence));
                (first, length, room) = (sentence, 0, whole);
            }
            length += tokens;
        }
        spans.Add((first, corpus.SentenceCount));
        (int First, int End)[] shuffled = [.. spans];
        random.Shuffle<(int First, int End)>(shuffled);
        // An epoch begins in one pass and may end in the next; what is older can be made again.
        _passes.Remove(pass - 2);
        return _passes[pass] = shuffled;
    }
}

/// <summary>Makes examples of two texts for a <see cref="SentenceTask"/>.</summary>
internal sealed class PretrainingPairs(PretrainingSource source)
{
    private readonly SentenceVersions _versions = new(source.Corpus, source.Vocabulary);
    private readonly List<int> _first = [];
    private readonly List<int> _second = [];

    /// <summary>
    /// Makes an example, [CLS] text [SEP] text [SEP], of the sentences from <paramref name="begin"/> to before <paramref name="end"/>.
    /// </summary>
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
