using System.Numerics;
using System.Runtime.InteropServices;

namespace BertMLNet.Tokenization;

/// <summary>How a vocabulary is learnt. Every number must be positive.</summary>
public sealed record VocabularyTrainingOptions
{
    /// <summary>How many tokens the vocabulary has, special ones included. With little text it stays below.</summary>
    public int Size { get; init => field = Positive(value, nameof(Size)); } = 8_000;

    /// <summary>How often, by weight, a character or a pair of pieces must stand in the text to get into the vocabulary.</summary>
    public long MinFrequency { get; init => field = Positive(value, nameof(MinFrequency)); } = 10;

    /// <summary>The most characters that words are spelt with, the most frequent ones. Words with other characters become [UNK].</summary>
    public int AlphabetLimit { get; init => field = Positive(value, nameof(AlphabetLimit)); } = 1_000;

    /// <summary>Which two pieces are joined next.</summary>
    public MergeRule Merges { get; init; } = MergeRule.Frequency;

    /// <summary>How text is normalized. The tokenizer that uses the vocabulary must do the same.</summary>
    public BertNormalizer Normalizer { get; init; } = new();

    /// <summary>How many threads count words. The vocabulary does not depend on it.</summary>
    public int Threads { get; init => field = Positive(value, nameof(Threads)); } = Environment.ProcessorCount;

    /// <summary>
    /// The most different words that are remembered. Where there are more, the rarest so far are forgotten;
    /// <see cref="VocabularyTrainingResult.ForgottenWords"/> says how many.
    /// </summary>
    public int MaxDistinctWords { get; init => field = Positive(value, nameof(MaxDistinctWords)); } = 2_000_000;

    /// <summary>How much text is counted at once.</summary>
    internal int BlockBytes { get; init => field = Positive(value, nameof(BlockBytes)); } = 4 << 20;

    private static T Positive<T>(T value, string name)
        where T : INumberBase<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, name);
        return value;
    }
}

/// <summary>How far learning a vocabulary is.</summary>
/// <param name="Phase">What is being done.</param>
/// <param name="Done">How much of it is done: bytes of the files as they are, or tokens of the vocabulary.</param>
/// <param name="Total">How much there is to do.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct VocabularyTrainingProgress(VocabularyTrainingPhase Phase, long Done, long Total);

/// <summary>What learning a vocabulary is at.</summary>
public enum VocabularyTrainingPhase
{
    /// <summary>The words of the texts are counted.</summary>
    Counting,

    /// <summary>Pieces are joined.</summary>
    Merging,
}

/// <summary>A vocabulary, and what the text was that it was learnt from.</summary>
public sealed record VocabularyTrainingResult
{
    /// <summary>
    /// [PAD], [UNK], [CLS], [SEP], [MASK], then the characters, the characters as they continue words, and the joined
    /// pieces in the order in which they were found.
    /// </summary>
    public required Vocabulary Vocabulary { get; init; }

    /// <summary>How many different characters words are spelt with.</summary>
    public required int AlphabetSize { get; init; }

    /// <summary>How many different words were counted and remembered.</summary>
    public required int DistinctWords { get; init; }

    /// <summary>
    /// How many words, by weight, were counted and forgotten: see <see cref="VocabularyTrainingOptions.MaxDistinctWords"/>.
    /// </summary>
    public required long ForgottenWords { get; init; }

    /// <summary>How the vocabulary spells the remembered words, each counted by its weight.</summary>
    public required VocabularyCoverage Coverage { get; init; }
}

/// <summary>How a vocabulary spells the words of a text.</summary>
/// <param name="Words">How many words there are, punctuation included.</param>
/// <param name="Pieces">How many tokens they become, special tokens aside.</param>
/// <param name="UnknownWords">How many of the words become [UNK].</param>
public sealed record VocabularyCoverage(long Words, long Pieces, long UnknownWords)
{
    /// <summary>Tokens a word; 0 without words.</summary>
    public double PiecesPerWord => Words == 0 ? 0 : (double)Pieces / Words;

    /// <summary>The share of words that become [UNK], from 0 to 1; 0 without words.</summary>
    public double UnknownShare => Words == 0 ? 0 : (double)UnknownWords / Words;
}
