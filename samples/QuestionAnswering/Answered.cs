namespace QuestionAnswering;

/// <summary>A question and its answer, as it stands in the passage.</summary>
internal sealed class Answered : Question
{
    public string Answer { get; set; } = "";

    public float Score { get; set; }
}
