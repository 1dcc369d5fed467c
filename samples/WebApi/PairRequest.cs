namespace WebApi;

/// <summary>Two sentences to classify.</summary>
internal sealed class PairRequest
{
    public string Sentence1 { get; set; } = "";

    public string Sentence2 { get; set; } = "";
}
