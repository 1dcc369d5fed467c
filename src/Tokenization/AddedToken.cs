namespace BertMLNet.Tokenization;

/// <summary>
/// A token that is found in the text as it is written, before the text is split into words; the fields are those of
/// <c>added_tokens</c> in Hugging Face's <c>tokenizer.json</c>.
/// </summary>
/// <param name="Content">The text of the token.</param>
/// <param name="Id">Its id in the vocabulary.</param>
public sealed record AddedToken(string Content, int Id)
{
    /// <summary>Whether it is a special token, such as [SEP], which decoding can leave out.</summary>
    public bool Special { get; init; }

    /// <summary>Whether it is only found where no letter or digit touches it.</summary>
    public bool SingleWord { get; init; }

    /// <summary>Whether it takes the whitespace before it.</summary>
    public bool LeftStrip { get; init; }

    /// <summary>Whether it takes the whitespace behind it.</summary>
    public bool RightStrip { get; init; }

    /// <summary>Whether it is looked for in the normalized text instead of the original.</summary>
    public bool Normalized { get; init; }
}
