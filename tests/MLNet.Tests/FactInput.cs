namespace BertMLNet.Tests;

/// <summary>What <see cref="FactMapping"/> reads.</summary>
public sealed class FactInput
{
    public string Sentence1 { get; set; } = "";
}
