using System.Globalization;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>A question about a passage, with its right answers where they are known.</summary>
public sealed record QuestionExample
{
    /// <summary>The question's id; null where the file gives none.</summary>
    public string? Id { get; init; }

    /// <summary>The question.</summary>
    public required string Question { get; init; }

    /// <summary>The passage.</summary>
    public required string Context { get; init; }

    /// <summary>The right answers; empty where the passage does not answer the question, null where the file does not say.</summary>
    public IReadOnlyList<GoldAnswer>? Answers { get; init; }

    /// <summary>Where the question stands, for messages: the file with a JSON path or a line.</summary>
    public required string Location { get; init; }

    /// <summary>The right answers.</summary>
    /// <exception cref="BertMLNetException">The file does not say.</exception>
    internal IReadOnlyList<GoldAnswer> KnownAnswers =>
        Answers ?? throw new BertMLNetException($"{Location}: 'answers' is missing; training and evaluation need the right answers.");

    /// <summary>Where the question stands, and its id.</summary>
    public override string ToString() => Id is null ? Location : $"{Location}: question '{Id}'";
}

/// <summary>A right answer, as somebody marked it in the passage.</summary>
/// <param name="Text">The answer's text.</param>
/// <param name="Start">Its first character in the passage, in UTF-16 units; null where the text does not stand where it should.</param>
public readonly record struct GoldAnswer(string Text, int? Start);

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
            + string.Concat(counts
                .Where(count => count.Count > 0)
                .Select(count => FormattableString.Invariant($", {count.Count} {count.What}")));
    }

    internal void Note(QuestionExample example, string what)
    {
        Cases++;
        if (_listed.Count < MaxListed)
            _listed.Add($"{example}: {what}");
    }
}
