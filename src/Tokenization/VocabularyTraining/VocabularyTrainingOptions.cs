using System.Numerics;

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
