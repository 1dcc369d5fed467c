using System.Runtime.InteropServices;

namespace BertMLNet.Tokenization;

/// <summary>
/// Learns WordPiece vocabularies from plain text. Words begin as characters; again and again, the best pair of pieces
/// that stand beside each other becomes one piece. Pieces that the tokenizer, which takes the longest first, then uses
/// more rarely than the next pair would be are dropped, and others are joined in their place.
/// </summary>
/// <remarks>
/// The vocabulary depends on the texts and the options alone, not on the number of threads. Equally good pairs are told
/// apart by how often they stand in the text, then by the ordinal order of their left and their right pieces.
/// </remarks>
public static class VocabularyTrainer
{
    private static readonly int MaxWordLength = new WordPieceTokenizerOptions().MaxInputCharsPerWord;

    /// <summary>Learns a vocabulary.</summary>
    /// <param name="sources">The texts.</param>
    /// <param name="options">How; <see langword="null"/> for a lower-case vocabulary of 8,000 tokens.</param>
    /// <param name="progress">Told how far the work is.</param>
    /// <param name="cancellationToken">Ends the work between two lines or two merges.</param>
    /// <exception cref="BertMLNetException">
    /// A text is absent, unreadable or not UTF-8, there is no word in the texts, or the characters alone are more
    /// than the vocabulary's size.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A weight is not positive.</exception>
    public static VocabularyTrainingResult Train(
        IReadOnlyList<TextSource> sources,
        VocabularyTrainingOptions? options = null,
        IProgress<VocabularyTrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sources);
        options ??= new VocabularyTrainingOptions();
        var table = new WordTable(options.MaxDistinctWords);
        new WordCounter(options.Normalizer).CountBlocks(
            new TextBlockReader(sources, options.BlockBytes), options.Threads, (block, words) => table.Add(words, block.Weight),
            progress, cancellationToken);
        WordCount[] words = table.Sorted();
        if (words.Length == 0)
            throw new BertMLNetException(
                $"{string.Join(", ", sources.Select(source => source.Path))}: there is no word to learn from; give plain text");

        var alphabet = new Alphabet(words, options);
        List<string> tokens = Join(words, alphabet, options, progress, cancellationToken);
        return new VocabularyTrainingResult
        {
            Vocabulary = new Vocabulary(tokens),
            AlphabetSize = alphabet.Count,
            DistinctWords = words.Length,
            ForgottenWords = table.Forgotten,
            Coverage = Spell(words, tokens).Coverage,
        };
    }

    /// <summary>Measures how a vocabulary spells texts, such as some that it was not learnt from. Weights count here, too.</summary>
    /// <param name="vocabulary">The vocabulary; pieces that continue words begin with <c>##</c>.</param>
    /// <param name="sources">The texts.</param>
    /// <param name="options">How text is normalized, and by how many threads; the rest is not used.</param>
    /// <param name="progress">Told how far the work is.</param>
    /// <param name="cancellationToken">Ends the work between two lines.</param>
    /// <exception cref="BertMLNetException">A text is absent, unreadable or not UTF-8.</exception>
    public static VocabularyCoverage Measure(
        Vocabulary vocabulary,
        IReadOnlyList<TextSource> sources,
        VocabularyTrainingOptions? options = null,
        IProgress<VocabularyTrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        ArgumentNullException.ThrowIfNull(sources);
        options ??= new VocabularyTrainingOptions();
        var speller = new WordSpeller(vocabulary.Tokens);
        new WordCounter(options.Normalizer).CountBlocks(
            new TextBlockReader(sources, options.BlockBytes), options.Threads, (block, words) =>
            {
                foreach ((string word, long count) in words)
                    speller.Add(word, count * block.Weight);
            }, progress, cancellationToken);
        return speller.Coverage;
    }

    /// <summary>Whether the tokenizer makes [UNK] of a word because of its length.</summary>
    internal static bool IsTooLong(string word) => word.Length > MaxWordLength && word.EnumerateRunes().Count() > MaxWordLength;

    private static List<string> Join(
        WordCount[] words, Alphabet alphabet, VocabularyTrainingOptions options,
        IProgress<VocabularyTrainingProgress>? progress, CancellationToken cancellationToken)
    {
        SpecialTokens special = SpecialTokens.Default;
        List<string> tokens =
            [special.Padding, special.Unknown, special.Classification, special.Separator, special.Mask, .. alphabet.Pieces()];
        int fixedTokens = tokens.Count;
        if (fixedTokens > options.Size)
        {
            throw new BertMLNetException(
                $"the special tokens and the {alphabet.Count} characters of the text take {fixedTokens} tokens, more than the vocabulary's {options.Size}; " +
                "make it larger, or limit the alphabet");
        }

        var pieces = new PieceTable();
        PieceMerger merger = CreateMerger(words, alphabet, pieces, options);
        var tried = new HashSet<string>(tokens, StringComparer.Ordinal);
        do
        {
            while (tokens.Count < options.Size && merger.TryMerge(out int joined))
            {
                cancellationToken.ThrowIfCancellationRequested();
                // Pieces of one text may come from different pairs; what was dropped stays dropped.
                if (tried.Add(pieces[joined]))
                    tokens.Add(pieces[joined]);
                progress?.Report(new VocabularyTrainingProgress(VocabularyTrainingPhase.Merging, tokens.Count, options.Size));
            }
        }
        while (DropLittleUsed(tokens, fixedTokens, Spell(words, tokens), merger.LeastUse));
        return tokens;
    }

    private static PieceMerger CreateMerger(WordCount[] words, Alphabet alphabet, PieceTable pieces, VocabularyTrainingOptions options)
    {
        var merger = new PieceMerger(pieces, options);
        var spelling = new List<int>();
        foreach ((string word, long count) in words)
        {
            if (!IsTooLong(word) && alphabet.TrySpell(word, pieces, spelling))
                merger.AddWord(CollectionsMarshal.AsSpan(spelling), count);
        }
        merger.Start();
        return merger;
    }

    /// <summary>Drops the joined pieces that are used too rarely. False where there are none.</summary>
    private static bool DropLittleUsed(List<string> tokens, int fixedTokens, WordSpeller speller, long leastUse)
    {
        int kept = fixedTokens;
        for (int id = fixedTokens; id < tokens.Count; id++)
        {
            if (speller.UsesOf(id) >= leastUse)
                tokens[kept++] = tokens[id];
        }
        int dropped = tokens.Count - kept;
        tokens.RemoveRange(kept, dropped);
        return dropped > 0;
    }

    private static WordSpeller Spell(WordCount[] words, List<string> tokens)
    {
        var speller = new WordSpeller(CollectionsMarshal.AsSpan(tokens));
        foreach ((string word, long count) in words)
            speller.Add(word, count);
        return speller;
    }
}
