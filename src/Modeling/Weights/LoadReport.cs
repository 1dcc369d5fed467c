namespace BertMLNet.Modeling;

/// <summary>What came out of a checkpoint, and what did not.</summary>
public sealed record LoadReport
{
    /// <summary>The checkpoint's file or folder.</summary>
    public required string Path { get; init; }

    /// <summary>The checkpoint's format.</summary>
    public required string Format { get; init; }

    /// <summary>The head that the model was loaded with.</summary>
    public required Head Head { get; init; }

    /// <summary>The parameters that the checkpoint holds.</summary>
    public required IReadOnlyList<string> Loaded { get; init; }

    /// <summary>The parameters that it lacks, and that start anew.</summary>
    public required IReadOnlyList<string> Initialized { get; init; }

    /// <summary>The checkpoint's tensors that the model has no place for, such as another head's.</summary>
    public required IReadOnlyList<string> Unused { get; init; }

    /// <summary>What a user should know, a line each; empty where everything fitted.</summary>
    public required IReadOnlyList<string> Remarks { get; init; }
}
