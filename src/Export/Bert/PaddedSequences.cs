namespace BertMLNet.Export;

/// <summary>What an inference graph's encoder reads: a batch of sequences, padded to the longest of them.</summary>
/// <param name="InputIds">Vocabulary ids, [batch, sequence].</param>
/// <param name="AttentionMask">1 for real tokens, 0 for padding, [batch, sequence].</param>
/// <param name="TokenTypeIds">Segments, [batch, sequence].</param>
public sealed record PaddedSequences(GraphValue InputIds, GraphValue AttentionMask, GraphValue TokenTypeIds)
{
    /// <summary>The symbol of the number of sequences.</summary>
    public const string Batch = "batch";

    /// <summary>The symbol of the longest sequence's length.</summary>
    public const string Sequence = "sequence";

    /// <summary>Makes them inputs of the graph.</summary>
    public static PaddedSequences AddInputs(GraphBuilder graph, TensorNames names)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(names);
        return new(Add(names.InputIds), Add(names.AttentionMask), Add(names.TokenTypeIds));

        GraphValue Add(string name) => graph.Input(name, names.InputType, Batch, Sequence);
    }
}
