namespace BertMLNet.Training;

/// <summary>Which columns of a file hold the sentences and the label.</summary>
public sealed record PairFileOptions
{
    /// <summary>The first sentence's column; null for <c>sentence1</c>, or <c>#1 String</c> in MRPC's files.</summary>
    public string? Sentence1Column { get; init; }

    /// <summary>The second sentence's column; null for <c>sentence2</c> (<c>#2 String</c>), or none where the file has no such column.</summary>
    public string? Sentence2Column { get; init; }

    /// <summary>The label's column; null for <c>label</c>, or <c>Quality</c> in MRPC's files.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>The longest sentence accepted, in UTF-16 units; a row with a longer one is a bad row.</summary>
    public int MaxCharacters { get; init; } = 1_000_000;

    /// <summary>The format, limits and what happens to bad rows.</summary>
    public TableOptions Table { get; init; } = new();
}
