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
