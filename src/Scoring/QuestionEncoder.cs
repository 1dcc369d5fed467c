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
        if (!config.TakesPairs)
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

    public EncodedQuestion Encode(ReadOnlySpan<char> question, ReadOnlySpan<char> passage) => Encode(question, EncodePassage(passage));

    /// <summary>Tokenizes a question about a passage that has been tokenized already.</summary>
    public EncodedQuestion Encode(ReadOnlySpan<char> question, EncodedPassage passage)
    {
        int[] ids = new int[Math.Min(_options.MaxQuestionLength, (MaxLength - SpecialTokens) / 2)];
        ids = ids[.._tokenizer.Tokenize(question, ids)];
        bool empty = ids.Length == 0 || passage.Ids.Length == 0;
        return new EncodedQuestion(
            ids, passage, empty ? [] : Passages.Cut(passage.Ids.Length, MaxLength - SpecialTokens - ids.Length, _options.DocStride));
    }

    public EncodedPassage EncodePassage(ReadOnlySpan<char> passage) => Passages.Encode(_tokenizer, passage);

    /// <summary>Writes the sequence of a question's window: <c>[CLS] question [SEP] part of the passage [SEP]</c>.</summary>
    /// <param name="question">The question.</param>
    /// <param name="window">The window's index.</param>
    /// <param name="ids">Takes as many ids as <see cref="EncodedQuestion.LengthOf"/> says.</param>
    public void WriteIds(EncodedQuestion question, int window, Span<int> ids)
    {
        (int first, int count) = question.Windows[window];
        ids[0] = _tokenizer.ClassificationTokenId;
        question.QuestionIds.CopyTo(ids[1..]);
        ids[question.PassageStart - 1] = _tokenizer.SeparatorTokenId;
        question.Passage.Ids.AsSpan(first, count).CopyTo(ids[question.PassageStart..]);
        ids[question.PassageStart + count] = _tokenizer.SeparatorTokenId;
    }
}

/// <summary>
/// A question and a passage as tokens, and the windows <c>[CLS] question [SEP] part of the passage [SEP]</c> that cover the passage.
/// </summary>
/// <param name="questionIds">The question's token ids, cut to the question limit.</param>
/// <param name="passage">The passage.</param>
/// <param name="windows">The windows in the passage's order; none where the question or the passage has no tokens.</param>
internal sealed class EncodedQuestion(int[] questionIds, EncodedPassage passage, PassageWindow[] windows)
{
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
