namespace Microsoft.ML.Tokenizers;

/// <summary>How a tokenizer encodes: what a derived class gets beside the text.</summary>
public struct EncodeSettings
{
    public EncodeSettings() => MaxTokenCount = int.MaxValue;

    public bool ConsiderNormalization { get; set; }

    public bool ConsiderPreTokenization { get; set; }

    public int MaxTokenCount { get; set; }
}
