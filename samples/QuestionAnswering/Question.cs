namespace QuestionAnswering;

/// <summary>A question and the passage to answer it from.</summary>
internal class Question
{
    public string Text { get; set; } = "";

    public string Passage { get; set; } = "";
}
