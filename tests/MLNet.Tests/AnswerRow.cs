namespace BertMLNet.Tests;

/// <summary>What <c>BertAnswerQuestion</c> adds.</summary>
internal sealed class AnswerRow
{
    public string Answer { get; set; } = "";

    public float Score { get; set; }

    public int AnswerStart { get; set; }

    public int AnswerEnd { get; set; }
}
