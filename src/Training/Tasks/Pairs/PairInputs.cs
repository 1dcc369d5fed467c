namespace BertMLNet.Training;

/// <summary>Tokenized sentences or pairs without labels: what a model's logits are wanted for.</summary>
public sealed class PairInputs : IFeatureSet
{
    private readonly TokenSequences _sequences = new();

    private PairInputs()
    {
    }

    /// <inheritdoc/>
    public int Count => _sequences.Count;

    /// <summary>Tokenizes sentences, or pairs where the first row has a second sentence.</summary>
    public static PairInputs Tokenize(IReadOnlyList<(string Sentence1, string? Sentence2)> rows, PairEncoder encode)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(encode);
        var inputs = new PairInputs();
        bool arePairs = rows.Count > 0 && rows[0].Sentence2 is not null;
        encode([.. rows.Select(row => row.Sentence1)], arePairs ? [.. rows.Select(row => row.Sentence2 ?? "")] : null, inputs._sequences);
        return inputs;
    }

    /// <inheritdoc/>
    public int LengthOf(int index) => _sequences.LengthOf(index);

    /// <inheritdoc/>
    public PackedBatch Pack(ReadOnlySpan<int> indices) => _sequences.Pack(indices, targets: null);

    /// <inheritdoc/>
    public string Locate(int index) => $"row {index + 1}";
}
