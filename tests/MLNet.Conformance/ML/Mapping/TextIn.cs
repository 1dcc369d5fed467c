namespace MLNet.Conformance;

public sealed class TextIn
{
    public string Text { get; set; } = "";
}
