namespace BertMLNet.Modeling;

/// <summary>Choices of <see cref="ModelImporter.Import"/>.</summary>
public sealed record ImportOptions
{
    /// <summary>The head to import; null for the one that the model has.</summary>
    public Head? Head { get; init; }

    /// <summary>Seeds the start values of what the model lacks.</summary>
    public int Seed { get; init; }

    /// <summary>The element type of the weights written: F32, F16 or BF16.</summary>
    public string ElementType { get; init; } = "F32";
}
