namespace MLNet.Conformance;

/// <summary>A row of most tests.</summary>
public sealed class Sentence
{
    public string? Text { get; set; } = "";

    public float Weight { get; set; }

    public bool Label { get; set; }

    public static Sentence[] Some(int count)
        => [.. Enumerable.Range(0, count).Select(i => new Sentence { Text = new string('x', i % 7), Weight = i, Label = i % 2 == 0 })];
}
