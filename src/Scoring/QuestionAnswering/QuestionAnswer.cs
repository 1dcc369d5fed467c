namespace BertMLNet.Scoring;

/// <summary>The answer to one question.</summary>
public sealed record QuestionAnswer
{
    /// <summary>The answer, exactly as it stands in the passage; empty for none.</summary>
    public string Text => Chosen?.Text ?? "";

    /// <summary>The answer's first character in the passage, in UTF-16 units; null for no answer.</summary>
    public int? Start => Chosen?.Start;

    /// <summary>The character after the answer's last; null for no answer.</summary>
    public int? End => Chosen?.End;

    /// <summary>The probability of what was chosen; 1 where there was nothing to choose from.</summary>
    public double Score => Chosen?.Score ?? 1;

    /// <summary>
    /// The joint score of "no answer" less the best span's; null where the passage has no span. "No answer" is chosen
    /// where it exceeds the null threshold.
    /// </summary>
    public double? NullScoreDifference { get; init; }

    /// <summary>The best span, chosen or not; null where the passage has none.</summary>
    public AnswerCandidate? BestSpan { get; init; }

    /// <summary>The candidates with the highest scores, highest first, "no answer" among them where questions may have none.</summary>
    public IReadOnlyList<AnswerCandidate> NBest { get; init; } = [];

    /// <summary>What is given as the answer: a span, "no answer" with its score, or null where there was nothing to choose from.</summary>
    internal AnswerCandidate? Chosen { get; init; }
}
