namespace QuestionAnswering;

/// <summary>A question and its answer, as it stands in the passage, and the candidates, the most probable first.</summary>
internal sealed class Answered : Question
{
    public string Answer { get; set; } = "";

    public float Score { get; set; }

    public string[] NBestAnswer { get; set; } = [];

    public float[] NBestScore { get; set; } = [];
}
