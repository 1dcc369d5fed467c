using BertMLNet.Scoring;

namespace BertMLNet.Training;

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

    /// <summary>Marks the tokens of a window that an answer may start or end at.</summary>
    /// <param name="window">The window.</param>
    /// <param name="allowed">One place a token, all false.</param>
    public void MarkAllowed(int window, Span<bool> allowed)
    {
        QuestionWindowTarget target = _targets[window];
        allowed[0] = target.NoneAllowed || MayHaveNoAnswer;
        allowed[target.PassageStart..^1].Fill(true);
    }

    private static bool Holds(PassageWindow window, (int First, int Last)? answer) =>
        answer is { } span && window.First <= span.First && span.Last < window.End;
}
