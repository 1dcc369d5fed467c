namespace OnnxTransformerPipeline;

/// <summary>Two sentences.</summary>
internal class Pair
{
    public string Sentence1 { get; set; } = "";

    public string Sentence2 { get; set; } = "";
}
