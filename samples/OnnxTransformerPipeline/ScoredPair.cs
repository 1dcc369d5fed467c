using Microsoft.ML.Data;

namespace OnnxTransformerPipeline;

/// <summary>A pair and the graph's output for it.</summary>
internal sealed class ScoredPair : Pair
{
    /// <summary>One logit a label, in the model's order.</summary>
    [ColumnName("logits")]
    public float[] Logits { get; set; } = [];
}
