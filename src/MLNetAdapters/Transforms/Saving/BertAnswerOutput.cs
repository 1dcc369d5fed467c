using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>What the custom mapping of a saved question answering transformer writes. It is public for ML.NET's sake.</summary>
public sealed class BertAnswerOutput
{
    internal const string AnswerColumn = "__bertmlnet_answer";
    internal const string ScoreColumn = "__bertmlnet_answer_score";
    internal const string StartColumn = "__bertmlnet_answer_start";
    internal const string EndColumn = "__bertmlnet_answer_end";
    internal const string NBestAnswerColumn = "__bertmlnet_n_best_answer";
    internal const string NBestScoreColumn = "__bertmlnet_n_best_score";
    internal const string NBestStartColumn = "__bertmlnet_n_best_start";
    internal const string NBestEndColumn = "__bertmlnet_n_best_end";

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

    /// <summary>The candidates' texts, the most probable first.</summary>
    [ColumnName(NBestAnswerColumn)]
    [VectorType]
    public string[] NBestAnswer { get; set; } = [];

    /// <summary>The candidates' probabilities.</summary>
    [ColumnName(NBestScoreColumn)]
    [VectorType]
    public float[] NBestScore { get; set; } = [];

    /// <summary>The candidates' first characters in the passage; -1 for "no answer".</summary>
    [ColumnName(NBestStartColumn)]
    [VectorType]
    public int[] NBestStart { get; set; } = [];

    /// <summary>The characters after the candidates' last; -1 for "no answer".</summary>
    [ColumnName(NBestEndColumn)]
    [VectorType]
    public int[] NBestEnd { get; set; } = [];
}
