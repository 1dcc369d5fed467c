namespace BertMLNet.Tests;

/// <summary>Two sentences and a label of yes or no.</summary>
internal sealed class BinaryRow
{
    public string Sentence1 { get; set; } = "";

    public string Sentence2 { get; set; } = "";

    public bool Label { get; set; }

    public static BinaryRow Of(PairRow row) => new()
    {
        Sentence1 = row.Sentence1!,
        Sentence2 = row.Sentence2!,
        Label = row.Label == "same",
    };
}
