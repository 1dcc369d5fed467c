using BertMLNet.Modeling;

namespace BertMLNet.Scoring;

/// <summary>A question and the passage that may answer it. Where either is empty or all white space there is no answer.</summary>
/// <param name="Question">The question.</param>
/// <param name="Passage">The passage, of any length.</param>
public readonly record struct QuestionInput(ReadOnlyMemory<char> Question, ReadOnlyMemory<char> Passage)
{
    /// <summary>Makes an input of strings; null is an empty text.</summary>
    public QuestionInput(string? question, string? passage)
        : this(question.AsMemory(), passage.AsMemory())
    {
    }
}

/// <summary>A span of the passage that may be the answer, or "no answer".</summary>
/// <param name="Text">The passage's characters from <paramref name="Start"/> to <paramref name="End"/>; empty for "no answer".</param>
/// <param name="Start">The first character, in UTF-16 units; null for "no answer".</param>
/// <param name="End">The character after the last; null for "no answer".</param>
/// <param name="Score">
/// The probability: the softmax of the joint scores of every span the passage allows, and of "no answer" where questions may have none.
/// </param>
/// <param name="Logit">The joint score: the start's logit plus the end's.</param>
public sealed record AnswerCandidate(string Text, int? Start, int? End, double Score, double Logit);

/// <summary>The answer to one question.</summary>
public sealed record QuestionAnswer
{
    /// <summary>The answer, exactly as it stands in the passage; empty for none.</summary>
    public string Text => Chosen?.Text ?? "";

    /// <summary>The answer's first character in the passage, in UTF-16 units; null for no answer.</summary>
    public int? Start => Chosen?.Start;

    /// <summary>The character after the answer's last; null for no answer.</summary>
    public int? End => Chosen?.End;

    /// <summary>The probability of what was chosen; 1 where there was nothing to choose from.</summary>
    public double Score => Chosen?.Score ?? 1;

    /// <summary>
    /// The joint score of "no answer" less the best span's; null where the passage has no span. "No answer" is chosen
    /// where it exceeds the null threshold.
    /// </summary>
    public double? NullScoreDifference { get; init; }

    /// <summary>The best span, chosen or not; null where the passage has none.</summary>
    public AnswerCandidate? BestSpan { get; init; }

    /// <summary>The candidates with the highest scores, highest first, "no answer" among them where questions may have none.</summary>
    public IReadOnlyList<AnswerCandidate> NBest { get; init; } = [];

    /// <summary>What is given as the answer: a span, "no answer" with its score, or null where there was nothing to choose from.</summary>
    internal AnswerCandidate? Chosen { get; init; }
}

/// <summary>
/// Answers questions from passages with a model folder's ONNX graph. Passages of any length are cut into windows, and
/// the windows of many questions share batches. Many threads may use one answerer at once; they share its session.
/// Disposed in use, it lets batches under way end and refuses everything else.
/// </summary>
public sealed class QuestionAnswerer : IDisposable
{
    private const int StartOutput = 0;
    private static readonly GraphOutput[] Outputs =
        [GraphOutput.OfTokens(TensorNames.StartLogits), GraphOutput.OfTokens(TensorNames.EndLogits)];

    private readonly ScoringOptions _scoring;
    private readonly StreamWindows _windows;
    private readonly QuestionAnsweringOptions _options;
    private readonly QuestionEncoder _questions;
    private readonly GraphScorer _scorer;
    private readonly Pool<TokenSequences> _sequences = new(() => new TokenSequences());

    private QuestionAnswerer(ModelFolder folder, BertConfig config, QuestionAnsweringOptions options, ScoringOptions scoring)
    {
        _options = options;
        _scoring = scoring;
        _windows = StreamWindows.For(config, scoring);
        (_scorer, _questions) = GraphScorer.Open(
            folder,
            config,
            Outputs,
            scoring,
            () => QuestionEncoder.For(folder, config, folder.LoadTokenizer(config), scoring.MaxLength, options));
    }

    /// <summary>How passages are cut and answers read.</summary>
    public QuestionAnsweringOptions Options => _options;

    /// <summary>Opens a model folder: its configuration, its tokenizer and its graph.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="options">How passages are cut and answers read; where it is null, as the model's configuration says.</param>
    /// <param name="scoring">
    /// Which graph, on what, in which batches; where no length is given, windows have as many tokens as the model's
    /// configuration says, or else 384 where the model takes as many.
    /// </param>
    /// <exception cref="BertMLNetException">The folder is incomplete or damaged, or the execution provider cannot be used.</exception>
    public static QuestionAnswerer Load(string folder, QuestionAnsweringOptions? options = null, ScoringOptions? scoring = null)
    {
        ModelFolder model = ModelFolder.Open(folder);
        BertConfig config = model.LoadConfig();
        return new QuestionAnswerer(model, config, options ?? config.Answering ?? new(), scoring ?? new ScoringOptions());
    }

    /// <summary>Answers one question.</summary>
    /// <exception cref="ObjectDisposedException">The answerer has been disposed.</exception>
    public QuestionAnswer Answer(string question, string passage) => Answer(new QuestionInput(question, passage));

    /// <summary>Answers one question.</summary>
    /// <exception cref="ObjectDisposedException">The answerer has been disposed.</exception>
    public QuestionAnswer Answer(QuestionInput input) => AnswerBatch(new[] { input })[0];

    /// <summary>Answers questions, whose windows go together in batches of like length; the answers are in the questions' order.</summary>
    /// <exception cref="ObjectDisposedException">The answerer has been disposed.</exception>
    public QuestionAnswer[] AnswerBatch(ReadOnlyMemory<QuestionInput> inputs, CancellationToken cancellationToken = default)
    {
        _scorer.ThrowIfDisposed();
        var answers = new QuestionAnswer[inputs.Length];
        for (int start = 0, rows; start < inputs.Length; start += rows)
        {
            rows = RowsOfWindow(inputs.Span[start..]);
            AnswerWindow(inputs.Slice(start, rows), answers.AsSpan(start, rows), cancellationToken);
        }
        return answers;
    }

    /// <summary>
    /// Answers a stream of any length: pulls a bounded number of questions ahead, on the caller's thread, and gives the
    /// answers in the questions' order.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The answerer has been disposed.</exception>
    public IEnumerable<QuestionAnswer> AnswerStream(IEnumerable<QuestionInput> inputs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return _windows.Run<QuestionInput, QuestionAnswer>(inputs, AnswerBatch, Characters, cancellationToken);
    }

    /// <summary>
    /// Gives the raw logits of a question's windows, with the tokens they belong to: what <see cref="SpanDecoder"/> reads answers from.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The answerer has been disposed.</exception>
    internal (EncodedQuestion Question, WindowLogits[] Logits) Score(QuestionInput input, CancellationToken cancellationToken = default)
    {
        var questions = new EncodedQuestion[1];
        WindowLogits[] logits = Score(new[] { input }, questions, cancellationToken);
        return (questions[0], logits);
    }

    /// <inheritdoc/>
    public void Dispose() => _scorer.Dispose();

    /// <summary>How many of the questions go together: long passages fewer, so that memory stays bounded.</summary>
    private int RowsOfWindow(ReadOnlySpan<QuestionInput> inputs)
    {
        int rows = 1;
        long characters = Characters(inputs[0]);
        for (; rows < Math.Min(inputs.Length, _scoring.WindowRows) && characters < StreamWindows.WindowCharacters; rows++)
            characters += Characters(inputs[rows]);
        return rows;
    }

    private static long Characters(QuestionInput input) => (long)input.Question.Length + input.Passage.Length;

    private void AnswerWindow(ReadOnlyMemory<QuestionInput> inputs, Span<QuestionAnswer> answers, CancellationToken cancellationToken)
    {
        var questions = new EncodedQuestion[inputs.Length];
        ReadOnlySpan<WindowLogits> logits = Score(inputs, questions, cancellationToken);
        for (int row = 0; row < questions.Length; row++)
        {
            int windows = questions[row].Windows.Length;
            answers[row] = SpanDecoder.Decode(inputs.Span[row].Passage.Span, questions[row], logits[..windows], _options);
            logits = logits[windows..];
        }
    }

    /// <summary>Tokenizes the questions and gives the logits of all their windows, question after question.</summary>
    private WindowLogits[] Score(ReadOnlyMemory<QuestionInput> inputs, EncodedQuestion[] questions, CancellationToken cancellationToken)
    {
        TokenSequences sequences = _sequences.Rent();
        try
        {
            sequences.Encode(inputs.Length, (row, chunk) => questions[row] = Encode(inputs.Span[row], chunk), cancellationToken);
            var starts = new float[sequences.Count][];
            var ends = new float[sequences.Count][];
            _scorer.Score(
                sequences,
                (sequence, output, values) => (output == StartOutput ? starts : ends)[sequence] = values.ToArray(),
                cancellationToken);
            return [.. starts.Zip(ends, (start, end) => new WindowLogits(start, end))];
        }
        finally
        {
            _sequences.Return(sequences);
        }
    }

    private EncodedQuestion Encode(QuestionInput input, TokenSequences.Chunk chunk)
    {
        EncodedQuestion question = _questions.Encode(input.Question.Span, input.Passage.Span);
        for (int window = 0; window < question.Windows.Length; window++)
        {
            int length = question.LengthOf(window);
            chunk.Reserve(length, out Span<int> ids, out Span<byte> typeIds);
            _questions.WriteIds(question, window, ids);
            typeIds[..question.PassageStart].Clear();
            typeIds[question.PassageStart..].Fill(1);
            chunk.Add(length);
        }
        return question;
    }
}
