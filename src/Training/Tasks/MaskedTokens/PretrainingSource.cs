using System.Security.Cryptography;
using System.Text;

namespace BertMLNet.Training;

/// <summary>A text and how examples are made of it, epoch by epoch, by seed alone.</summary>
/// <param name="corpus">The text.</param>
/// <param name="vocabulary">Its tokens.</param>
/// <param name="options">How to make examples.</param>
/// <param name="maxLength">The most tokens of an example, special tokens included.</param>
/// <param name="examples">The examples of an epoch.</param>
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
            hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant(
                $"{options.Masking.Rate}, {options.Masking.MaskPart}, {options.Masking.WholeWords}, {options.SentenceTask}, {options.SentencePart}, {maxLength}, {examples}")));
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

    /// <summary>The sentences of one example: the text is cut anew, and shuffled, in each pass, and an epoch goes on where the one before ended.</summary>
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
