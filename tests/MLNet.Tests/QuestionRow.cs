namespace BertMLNet.Tests;

/// <summary>A question and the passage to answer it from.</summary>
internal class QuestionRow
{
    public string? Question { get; set; }

    public string? Context { get; set; }
}
