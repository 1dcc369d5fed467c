namespace MLNet.Conformance;

/// <summary>Stands in for a model that scores many texts at once, and remembers in what batches it was asked.</summary>
internal sealed class LengthScorer
{
    public List<int> Batches { get; } = [];

    public float[] Score(IReadOnlyCollection<string> texts)
    {
        Batches.Add(texts.Count);
        return [.. texts.Select(text => text == "boom" ? throw new FormatException("boom") : (float)text.Length)];
    }
}
