using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>What the custom mapping of a saved question answering transformer writes. It is public for ML.NET's sake.</summary>
public sealed class BertAnswerOutput
{
    internal const string AnswerColumn = "__bertmlnet_answer";
    internal const string ScoreColumn = "__bertmlnet_answer_score";
    internal const string StartColumn = "__bertmlnet_answer_start";
    internal const string EndColumn = "__bertmlnet_answer_end";

    /// <summary>The answer.</summary>
    [ColumnName(AnswerColumn)]
    public string Answer { get; set; } = "";

    /// <summary>Its probability.</summary>
    [ColumnName(ScoreColumn)]
    public float Score { get; set; }

    /// <summary>Its first character in the passage; -1 for no answer.</summary>
    [ColumnName(StartColumn)]
    public int Start { get; set; }

    /// <summary>The character after its last; -1 for no answer.</summary>
    [ColumnName(EndColumn)]
    public int End { get; set; }
}
