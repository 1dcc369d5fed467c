namespace BertMLNet.Tests;

/// <summary>What <see cref="FactMapping"/> writes.</summary>
public sealed class FactOutput
{
    public string Text { get; set; } = "";

    public int Mapping { get; set; }
}
