using BertMLNet.Scoring;

namespace BertMLNet.Training;

/// <summary>The windows of questions with known answers, to train a question answering head on.</summary>
/// <remarks>
/// The loss goes over the passage's tokens. [CLS] stands for "no answer" and takes part where that is an outcome: in
/// every window where some question of the set is unanswerable, and otherwise in the windows of those questions that
/// have a window without their answer. Such a window is trained towards [CLS], as transformers does, which teaches the
/// model to score low where the answer is elsewhere; questions whose every window holds the answer are left alone.
/// </remarks>
internal sealed class QuestionTrainingSet : IFeatureSet
{
    private readonly QuestionWindowList _windows;
    private readonly List<string> _locations = [];

    private QuestionTrainingSet(QuestionEncoder encoder) => _windows = new QuestionWindowList(encoder);

    public int Count => _windows.Sequences.Count;

    /// <summary>The number of questions the windows come from.</summary>
    public int QuestionCount => _windows.QuestionCount;

    /// <summary>Whether some question has no answer in its passage.</summary>
    public bool SomeUnanswerable => _windows.SomeUnanswerable;

    /// <summary>
    /// Tokenizes questions; the first answer that stands on tokens counts. What cannot be trained on is left out, counted and listed.
    /// </summary>
    public static QuestionTrainingSet Build(
        IEnumerable<QuestionExample> examples, QuestionEncoder encoder, QuestionDataReport report,
        CancellationToken cancellationToken = default)
    {
        var set = new QuestionTrainingSet(encoder);
        var source = new QuestionAligner(encoder, report);
        foreach (QuestionExample example in examples)
        {
            cancellationToken.ThrowIfCancellationRequested();
            EncodedQuestion question = source.Encode(example);
            if (question.Windows.Length == 0)
            {
                report.EmptyQuestions++;
                report.Note(example, "the question or the passage has no tokens");
            }
            else if (source.TryAlign(example, question, out (int First, int Last)? answer))
            {
                set._windows.Add(question, answer, answerable: answer is not null);
                set._locations.Add(example.ToString());
            }
        }
        return set;
    }

    public int LengthOf(int index) => _windows.Sequences.LengthOf(index);

    public string Locate(int index) => _locations[_windows.QuestionOf(index)];

    public PackedBatch Pack(ReadOnlySpan<int> indices)
    {
        var starts = new int[indices.Length];
        var ends = new int[indices.Length];
        int tokens = 0;
        foreach (int index in indices)
            tokens += LengthOf(index);
        var allowed = new bool[tokens];
        int position = 0;
        for (int i = 0; i < indices.Length; i++)
        {
            QuestionWindowTarget target = _windows.TargetOf(indices[i]);
            int length = LengthOf(indices[i]);
            starts[i] = target.Start;
            ends[i] = target.End;
            _windows.MarkAllowed(indices[i], allowed.AsSpan(position, length));
            position += length;
        }
        return _windows.Sequences.Pack(indices, new SpanTargets(starts, ends, allowed));
    }
}

/// <summary>The windows of many questions: their tokens, where they come from, and what the loss compares them with.</summary>
/// <param name="encoder">Makes the windows.</param>
/// <param name="mayHaveNoAnswer">Whether "no answer" is an outcome even if each question here has one.</param>
internal sealed class QuestionWindowList(QuestionEncoder encoder, bool mayHaveNoAnswer = false)
{
    private readonly List<QuestionWindowTarget> _targets = [];
    private readonly List<int> _questionOf = [];
    private readonly int[] _ids = new int[encoder.MaxLength];

    /// <summary>The most tokens of a window.</summary>
    public int MaxLength => encoder.MaxLength;

    /// <summary>The tokens, one sequence a window.</summary>
    public TokenSequences Sequences { get; } = new();

    /// <summary>The questions added so far.</summary>
    public int QuestionCount { get; private set; }

    /// <summary>Whether some question has no answer in its passage.</summary>
    public bool SomeUnanswerable { get; private set; }

    /// <summary>Whether "no answer" is an outcome of every question.</summary>
    public bool MayHaveNoAnswer => mayHaveNoAnswer || SomeUnanswerable;

    /// <summary>The question that a window belongs to, by order of addition.</summary>
    public int QuestionOf(int window) => _questionOf[window];

    /// <summary>What a window's loss compares the logits with.</summary>
    public QuestionWindowTarget TargetOf(int window) => _targets[window];

    /// <summary>Adds a question's windows.</summary>
    /// <param name="question">The question.</param>
    /// <param name="answer">The answer's first and last token in the passage; null where there is none in it.</param>
    /// <param name="answerable">Whether the passage has an answer, even if its tokens are not known.</param>
    public void Add(EncodedQuestion question, (int First, int Last)? answer, bool answerable)
    {
        SomeUnanswerable |= !answerable;
        bool noneAllowed = !Array.TrueForAll(question.Windows, window => Holds(window, answer));
        for (int i = 0; i < question.Windows.Length; i++)
        {
            Span<int> sequence = _ids.AsSpan(0, question.LengthOf(i));
            encoder.WriteIds(question, i, sequence);
            Sequences.Add(sequence, question.PassageStart);
            _questionOf.Add(QuestionCount);
            PassageWindow window = question.Windows[i];
            int shift = question.PassageStart - window.First;
            _targets.Add(answer is { } span && Holds(window, answer)
                ? new(span.First + shift, span.Last + shift, question.PassageStart, noneAllowed)
                : new(0, 0, question.PassageStart, noneAllowed));
        }
        QuestionCount++;
    }

    /// <summary>Marks the tokens of a window that an answer may start or end at, in an array of false.</summary>
    public void MarkAllowed(int window, Span<bool> allowed)
    {
        QuestionWindowTarget target = _targets[window];
        allowed[0] = target.NoneAllowed || MayHaveNoAnswer;
        allowed[target.PassageStart..^1].Fill(true);
    }

    private static bool Holds(PassageWindow window, (int First, int Last)? answer) =>
        answer is { } span && window.First <= span.First && span.Last < window.End;
}

/// <summary>What a window's loss compares the logits with.</summary>
/// <param name="Start">The answer's first token in the window's sequence; 0, [CLS], where the window does not hold the answer.</param>
/// <param name="End">The answer's last token; 0 likewise.</param>
/// <param name="PassageStart">The first passage token in the window's sequence; the last is the one before the closing [SEP].</param>
/// <param name="NoneAllowed">Whether [CLS] takes part in the loss.</param>
internal readonly record struct QuestionWindowTarget(int Start, int End, int PassageStart, bool NoneAllowed);
