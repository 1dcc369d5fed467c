namespace BertMLNet.Tokenization;

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

    /// <summary>How many words, by weight, were counted and forgotten: see <see cref="VocabularyTrainingOptions.MaxDistinctWords"/>.</summary>
    public required long ForgottenWords { get; init; }

    /// <summary>How the vocabulary spells the remembered words, each counted by its weight.</summary>
    public required VocabularyCoverage Coverage { get; init; }
}
