namespace BertMLNet.Scoring;

public sealed partial class QuestionAnswerer
{
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
        return ScoringStream.Run<QuestionInput, QuestionAnswer>(inputs, AnswerBatch, Characters, _windows, cancellationToken);
    }

    /// <summary>Answers an asynchronous stream of any length; reading the next questions goes on while the last ones are answered.</summary>
    /// <exception cref="ObjectDisposedException">The answerer has been disposed.</exception>
    public IAsyncEnumerable<QuestionAnswer> AnswerStreamAsync(IAsyncEnumerable<QuestionInput> inputs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return ScoringStream.RunAsync<QuestionInput, QuestionAnswer>(inputs, AnswerBatch, Characters, _windows, cancellationToken);
    }

    /// <summary>
    /// Gives the raw logits of a question's windows, with the tokens they belong to: what <see cref="SpanDecoder"/> reads answers from.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The answerer has been disposed.</exception>
    public (EncodedQuestion Question, WindowLogits[] Logits) Score(QuestionInput input, CancellationToken cancellationToken = default)
    {
        var questions = new EncodedQuestion[1];
        WindowLogits[] logits = Score(new[] { input }, questions, cancellationToken);
        return (questions[0], logits);
    }

    /// <summary>How many of the questions go together: long passages fewer, so that memory stays bounded.</summary>
    private int RowsOfWindow(ReadOnlySpan<QuestionInput> inputs)
    {
        int rows = 1;
        for (long characters = Characters(inputs[0]); rows < Math.Min(inputs.Length, _scoring.WindowRows) && characters < ScoringStream.WindowCharacters; rows++)
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
        SequenceList sequences = _sequences.Rent();
        try
        {
            _encoder.Encode(inputs.Length, sequences, (row, into) => questions[row] = Encode(inputs.Span[row], into), cancellationToken);
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
            sequences.Clear();
            _sequences.Return(sequences);
        }
    }

    private EncodedQuestion Encode(QuestionInput input, SequenceList sequences)
    {
        EncodedQuestion question = _questions.Encode(input.Question.Span, input.Passage.Span);
        for (int window = 0; window < question.Windows.Length; window++)
        {
            sequences.Add(question.LengthOf(window), out Span<int> ids, out Span<byte> typeIds);
            _questions.WriteIds(question, window, ids);
            typeIds[..question.PassageStart].Clear();
            typeIds[question.PassageStart..].Fill(1);
        }
        return question;
    }
}
