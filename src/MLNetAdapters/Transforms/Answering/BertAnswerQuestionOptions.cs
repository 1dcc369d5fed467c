using BertMLNet.Scoring;

namespace BertMLNet;

/// <summary>What <c>BertAnswerQuestion</c> reads, what it adds to the data, and how it answers.</summary>
public sealed record BertAnswerQuestionOptions : IModelOptions
{
    /// <summary>The model folder, with <c>config.json</c>, the vocabulary and the ONNX graph.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The questions' column.</summary>
    public string QuestionColumnName { get; init; } = "Question";

    /// <summary>The column of the passages that hold the answers; they may be of any length.</summary>
    public string ContextColumnName { get; init; } = "Context";

    /// <summary>The answers' column: text exactly as it stands in the passage, empty for no answer.</summary>
    public string AnswerColumnName { get; init; } = "Answer";

    /// <summary>The column of the answers' probabilities, a Single.</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>The column of the answer's first character in the passage, an Int32 in UTF-16 units; -1 for no answer.</summary>
    public string StartColumnName { get; init; } = "AnswerStart";

    /// <summary>The column of the character after the answer's last, an Int32 in UTF-16 units; -1 for no answer.</summary>
    public string EndColumnName { get; init; } = "AnswerEnd";

    /// <summary>
    /// The column of the candidates' texts, a vector of text with the most probable first; null for none. Each row's vector
    /// is as long as the row has candidates: <see cref="NBestSize"/>, fewer where the passage allows fewer answers, and none where
    /// the question or the passage is blank. Where questions may have no answer, "no answer" is a candidate, with an empty text.
    /// </summary>
    public string? NBestAnswerColumnName { get; init; }

    /// <summary>The column of the candidates' probabilities, a vector of Single as long as <see cref="NBestAnswerColumnName"/>'s; null for none.</summary>
    public string? NBestScoreColumnName { get; init; }

    /// <summary>
    /// The column of the candidates' first characters in the passage, a vector of Int32 as long as
    /// <see cref="NBestAnswerColumnName"/>'s, in UTF-16 units and -1 for "no answer"; null for none.
    /// </summary>
    public string? NBestStartColumnName { get; init; }

    /// <summary>
    /// The column of the characters after the candidates' last, a vector of Int32 as long as
    /// <see cref="NBestAnswerColumnName"/>'s, in UTF-16 units and -1 for "no answer"; null for none.
    /// </summary>
    public string? NBestEndColumnName { get; init; }

    /// <summary>The most candidates a row has; where it is null, as many as <see cref="Answering"/> says, which is 20 by default.</summary>
    public int? NBestSize { get; init; }

    /// <summary>How passages are cut into windows and answers read; as the model's configuration says where it is null.</summary>
    public QuestionAnsweringOptions? Answering { get; init; }

    /// <summary>The graph, the device, the batches.</summary>
    public ScoringOptions Scoring { get; init; } = new();
}
