namespace BertMLNet.Bench;

/// <summary>A pair of sentences.</summary>
internal sealed class TextRow
{
    public string Sentence1 { get; set; } = "";

    public string Sentence2 { get; set; } = "";
}
