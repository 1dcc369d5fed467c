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

    /// <summary>How passages are cut into windows and answers read; as the model's configuration says where it is null.</summary>
    public QuestionAnsweringOptions? Answering { get; init; }

    /// <summary>The graph, the device, the batches.</summary>
    public ScoringOptions Scoring { get; init; } = new();
}
