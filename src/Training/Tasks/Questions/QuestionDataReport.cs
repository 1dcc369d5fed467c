using System.Globalization;

namespace BertMLNet.Training;

/// <summary>
/// What was noticed while question data were read and tokenized: nothing that cannot be used is dropped without being
/// counted, and the first cases are listed.
/// </summary>
public sealed class QuestionDataReport
{
    /// <summary>The most cases listed.</summary>
    public const int MaxListed = 100;

    private readonly List<string> _listed = [];

    /// <summary>Questions read.</summary>
    public int Questions { get; internal set; }

    /// <summary>Questions without an answer in their passage.</summary>
    public int Unanswerable { get; internal set; }

    /// <summary>Answers that do not stand at their <c>answer_start</c> and were not found elsewhere, or not looked for.</summary>
    public int MisplacedAnswers { get; internal set; }

    /// <summary>Answers that do not stand at their <c>answer_start</c> and were moved to where the passage has them.</summary>
    public int MovedAnswers { get; internal set; }

    /// <summary>Questions left out of training because none of their answers stands on tokens of the passage.</summary>
    public int UnalignedQuestions { get; internal set; }

    /// <summary>Questions whose answer begins or ends inside a token; the whole token is taken.</summary>
    public int WidenedAnswers { get; internal set; }

    /// <summary>Questions left out of training because the question or the passage has no tokens.</summary>
    public int EmptyQuestions { get; internal set; }

    /// <summary>The number of cases, listed or not.</summary>
    public int Cases { get; private set; }

    /// <summary>The first <see cref="MaxListed"/> cases, one line each, with the question's id and place.</summary>
    public IReadOnlyList<string> Listed => _listed;

    /// <summary>The counts in one line for people; those that are zero are left out.</summary>
    public override string ToString()
    {
        (int Count, string What)[] counts =
        [
            (Unanswerable, "without an answer"),
            (MisplacedAnswers, "answers not at their answer_start"),
            (MovedAnswers, "answers moved to where their text stands"),
            (UnalignedQuestions, "no answer of which stands on tokens (left out of training)"),
            (WidenedAnswers, "answers widened to whole tokens"),
            (EmptyQuestions, "with an empty question or passage (left out of training)"),
        ];
        return string.Create(CultureInfo.InvariantCulture, $"{Questions} questions")
            + string.Concat(counts.Where(count => count.Count > 0).Select(count => string.Create(CultureInfo.InvariantCulture, $", {count.Count} {count.What}")));
    }

    internal void Note(QuestionExample example, string what)
    {
        Cases++;
        if (_listed.Count < MaxListed)
            _listed.Add($"{example}: {what}");
    }
}
