using Microsoft.ML.Data;

namespace BertMLNet.Tests;

/// <summary>A row as a user would have it: two sentences, a label, and columns that have nothing to do with BERT.</summary>
internal sealed class PairRow
{
    public string? Sentence1 { get; set; }

    public string? Sentence2 { get; set; }

    public string Label { get; set; } = "";

    public float Weight { get; set; }

    [VectorType(2)]
    public float[] Features { get; set; } = [];

    public static PairRow[] Many(int count)
    {
        string[] first = TinyModel.Sentences(count, seed: 1), second = TinyModel.Sentences(count, seed: 2);
        return [.. Enumerable.Range(0, count).Select(i => new PairRow
        {
            Sentence1 = first[i],
            Sentence2 = second[i],
            Label = i % 3 == 0 ? "same" : "different",
            Weight = i,
            Features = [i, -i],
        })];
    }
}
