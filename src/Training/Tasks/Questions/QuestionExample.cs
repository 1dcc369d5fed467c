using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>A question about a passage, with its right answers where they are known.</summary>
public sealed record QuestionExample
{
    /// <summary>The question's id; null where the file gives none.</summary>
    public string? Id { get; init; }

    /// <summary>The question.</summary>
    public required string Question { get; init; }

    /// <summary>The passage.</summary>
    public required string Context { get; init; }

    /// <summary>The right answers; empty where the passage does not answer the question, null where the file does not say.</summary>
    public IReadOnlyList<GoldAnswer>? Answers { get; init; }

    /// <summary>Where the question stands, for messages: the file with a JSON path or a line.</summary>
    public required string Location { get; init; }

    /// <summary>The right answers.</summary>
    /// <exception cref="BertMLNetException">The file does not say.</exception>
    internal IReadOnlyList<GoldAnswer> KnownAnswers =>
        Answers ?? throw new BertMLNetException($"{Location}: 'answers' is missing; training and evaluation need the right answers.");

    /// <summary>Where the question stands, and its id.</summary>
    public override string ToString() => Id is null ? Location : $"{Location}: question '{Id}'";
}
