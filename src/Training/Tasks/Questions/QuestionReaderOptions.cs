using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>How question files are read.</summary>
public sealed record QuestionReaderOptions
{
    /// <summary>
    /// Moves an answer whose <c>answer_start</c> does not match its text to the nearest place in the passage that has the text.
    /// </summary>
    public bool FixOffsets { get; init; }

    /// <summary>Whether every question must have answers or be marked as unanswerable; for training and evaluation.</summary>
    public bool RequireAnswers { get; init; }

    /// <summary>Whether answers are left unread, right or wrong; for scoring.</summary>
    public bool IgnoreAnswers { get; init; }

    /// <summary>Stops after so many questions.</summary>
    public int MaxQuestions { get; init; } = int.MaxValue;

    /// <summary>The longest passage or question accepted, in UTF-16 units; a longer one is an error.</summary>
    public int MaxCharacters { get; init; } = 10_000_000;

    /// <summary>The most bytes that one paragraph with its questions, or one line, may take.</summary>
    public int MaxRecordBytes { get; init; } = 256 << 20;

    /// <summary>
    /// Is told of each bad question, which is then left out; where it is null, a bad question ends the reading with its error.
    /// In SQuAD's JSON a bad paragraph counts as one question, and text that is not JSON always ends the reading.
    /// </summary>
    public Action<BertMLNetException>? OnBadRow { get; init; }
}
