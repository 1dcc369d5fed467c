using System.Buffers;
using System.Globalization;
using System.Text;
using BertMLNet.Modeling;
using BertMLNet.Tokenization;

namespace BertMLNet.Scoring;

/// <summary>Turns questions and passages into tokens and windows. Any number of threads may use one.</summary>
internal sealed class QuestionEncoder
{
    // [CLS] and two [SEP].
    private const int SpecialTokens = 3;

    private readonly WordPieceTokenizer _tokenizer;
    private readonly QuestionAnsweringOptions _options;

    /// <summary>Makes an encoder.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="maxLength">The longest window, special tokens included.</param>
    /// <param name="options">Question limit and doc stride.</param>
    /// <exception cref="BertMLNetException">Windows of this length have no room for a question and a passage.</exception>
    public QuestionEncoder(WordPieceTokenizer tokenizer, int maxLength, QuestionAnsweringOptions options)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (maxLength < SpecialTokens + 2)
        {
            throw new BertMLNetException(
                $"windows of {maxLength} tokens have no room for a question and a passage: "
                + $"the maximum length must be at least {SpecialTokens + 2}.");
        }
        _tokenizer = tokenizer;
        _options = options;
        MaxLength = maxLength;
    }

    /// <summary>The longest window, special tokens included.</summary>
    public int MaxLength { get; }

    /// <summary>Makes an encoder for a model.</summary>
    /// <param name="folder">The model folder, for messages.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="maxLength">
    /// The longest window, special tokens included; where it is null, what the configuration says, or else 384 tokens or as many
    /// as the model takes.
    /// </param>
    /// <param name="options">Question limit and doc stride.</param>
    /// <exception cref="BertMLNetException">
    /// The model cannot take so long a sequence, or windows of this length have no room, or the model cannot tell a question from
    /// a passage.
    /// </exception>
    public static QuestionEncoder For(
        ModelFolder folder, BertConfig config, WordPieceTokenizer tokenizer, int? maxLength, QuestionAnsweringOptions options)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(config);
        if (config.TypeVocabSize < 2)
        {
            throw new BertMLNetException(
                $"{folder.ConfigPath}: \"type_vocab_size\" is {config.TypeVocabSize}, so the model takes single texts; "
                + "a question and its passage need 2, take a model for pairs.");
        }
        int most = config.LongestSequence;
        int? trained = options.MaxLength ?? config.Answering?.MaxLength;
        if (maxLength > most || trained > config.MaxPositionEmbeddings)
        {
            throw new BertMLNetException(
                $"{folder.ConfigPath}: windows of {maxLength ?? trained} tokens are asked for; "
                + $"the model takes up to {most} ({config.LongestSequenceName}), ask for no more.");
        }
        int length = maxLength ?? Math.Min(trained ?? QuestionAnsweringOptions.DefaultMaxLength, most);
        return new QuestionEncoder(tokenizer, length, options);
    }

    /// <summary>Tokenizes a question and a passage.</summary>
    public EncodedQuestion Encode(ReadOnlySpan<char> question, ReadOnlySpan<char> passage) => Encode(question, EncodePassage(passage));

    /// <summary>Tokenizes a question about a passage that has been tokenized already.</summary>
    public EncodedQuestion Encode(ReadOnlySpan<char> question, EncodedPassage passage)
    {
        ArgumentNullException.ThrowIfNull(passage);
        int[] ids = new int[Math.Min(_options.MaxQuestionLength, (MaxLength - SpecialTokens) / 2)];
        ids = ids[.._tokenizer.Tokenize(question, ids)];
        bool empty = ids.Length == 0 || passage.Ids.Length == 0;
        return new EncodedQuestion(ids, passage, empty ? [] : Cut(passage.Ids.Length, MaxLength - SpecialTokens - ids.Length));
    }

    /// <summary>Tokenizes a passage.</summary>
    public EncodedPassage EncodePassage(ReadOnlySpan<char> passage)
    {
        // Most texts have fewer tokens than characters; where normalisation makes several of one there may be more.
        for (int room = passage.Length + 1; ; room *= 2)
        {
            int[] ids = ArrayPool<int>.Shared.Rent(room);
            TokenOffset[] offsets = ArrayPool<TokenOffset>.Shared.Rent(ids.Length);
            try
            {
                int count = _tokenizer.Tokenize(passage, ids, offsets);
                if (count < ids.Length)
                {
                    TakeInMarks(passage, offsets.AsSpan(0, count));
                    return new EncodedPassage(ids[..count], offsets[..count]);
                }
            }
            finally
            {
                ArrayPool<int>.Shared.Return(ids);
                ArrayPool<TokenOffset>.Shared.Return(offsets);
            }
        }
    }

    /// <summary>Writes the sequence of a question's window: <c>[CLS] question [SEP] part of the passage [SEP]</c>.</summary>
    /// <param name="question">The question.</param>
    /// <param name="window">The window's index.</param>
    /// <param name="ids">Takes as many ids as <see cref="EncodedQuestion.LengthOf"/> says.</param>
    public void WriteIds(EncodedQuestion question, int window, Span<int> ids)
    {
        ArgumentNullException.ThrowIfNull(question);
        (int first, int count) = question.Windows[window];
        ids[0] = _tokenizer.ClassificationTokenId;
        question.QuestionIds.CopyTo(ids[1..]);
        ids[question.PassageStart - 1] = _tokenizer.SeparatorTokenId;
        question.Passage.Ids.AsSpan(first, count).CopyTo(ids[question.PassageStart..]);
        ids[question.PassageStart + count] = _tokenizer.SeparatorTokenId;
    }

    /// <summary>
    /// Where a model without accents drops the combining marks behind a letter, no token stands on them. They go with the
    /// letter, so that an answer never loses its last accent.
    /// </summary>
    private static void TakeInMarks(ReadOnlySpan<char> passage, Span<TokenOffset> offsets)
    {
        for (int i = 0; i < offsets.Length; i++)
        {
            (int start, int end) = offsets[i];
            int limit = i + 1 < offsets.Length ? offsets[i + 1].Start : passage.Length;
            while (end < limit && Rune.DecodeFromUtf16(passage[end..limit], out Rune rune, out int length) == OperationStatus.Done
                && Rune.GetUnicodeCategory(rune)
                    is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark)
            {
                end += length;
            }
            offsets[i] = new(start, end);
        }
    }

    /// <summary>Full windows at equal distances; the last one ends with the passage and may be shorter.</summary>
    private PassageWindow[] Cut(int tokens, int room)
    {
        int step = room - Math.Min(_options.DocStride, room / 2);
        int further = Math.Max(0, tokens - room);
        var windows = new PassageWindow[1 + ((further + step - 1) / step)];
        for (int i = 0; i < windows.Length; i++)
            windows[i] = new(i * step, Math.Min(room, tokens - (i * step)));
        return windows;
    }
}

/// <summary>A passage as tokens, without special tokens.</summary>
/// <param name="Ids">The tokens' ids.</param>
/// <param name="Offsets">Each token's characters in the passage's text, in UTF-16 units.</param>
internal sealed record EncodedPassage(int[] Ids, TokenOffset[] Offsets);

/// <summary>
/// A question and a passage as tokens, and the windows <c>[CLS] question [SEP] part of the passage [SEP]</c> that cover the passage.
/// </summary>
/// <param name="questionIds">The question's token ids, cut to the question limit.</param>
/// <param name="passage">The passage.</param>
/// <param name="windows">The windows in the passage's order; none where the question or the passage has no tokens.</param>
internal sealed class EncodedQuestion(int[] questionIds, EncodedPassage passage, PassageWindow[] windows)
{
    /// <summary>The question's token ids, cut to the question limit.</summary>
    public int[] QuestionIds => questionIds;

    /// <summary>The passage, which other questions may share.</summary>
    public EncodedPassage Passage => passage;

    /// <summary>The windows in the passage's order; none where the question or the passage has no tokens.</summary>
    public PassageWindow[] Windows => windows;

    /// <summary>
    /// The place of a window's first passage token in its sequence, the same in all windows. From there on the type ids
    /// are 1, before it 0.
    /// </summary>
    public int PassageStart => questionIds.Length + 2;

    /// <summary>The tokens of window <paramref name="index"/>'s sequence, special tokens included.</summary>
    public int LengthOf(int index) => PassageStart + windows[index].Count + 1;
}

/// <summary>The part of a passage that one sequence holds.</summary>
/// <param name="First">The part's first token, counted from the passage's first.</param>
/// <param name="Count">The part's number of tokens.</param>
internal readonly record struct PassageWindow(int First, int Count)
{
    /// <summary>The token after the part's last.</summary>
    public int End => First + Count;
}
