namespace BertMLNet.Tokenization;

/// <summary>What BERT's normalization and splitting ask of a character.</summary>
[Flags]
internal enum CharacterTraits : byte
{
    None = 0,

    /// <summary>Dropped by cleaning: control (but not tab and line ends), format, private use, U+FFFD.</summary>
    Control = 1,

    /// <summary>A word of its own: ASCII's symbols and Unicode's punctuation.</summary>
    Punctuation = 2,

    /// <summary>A nonspacing mark, dropped where accents are stripped.</summary>
    Mark = 4,

    /// <summary>Separates words.</summary>
    Space = 8,

    /// <summary>An ideograph, which BERT puts spaces around.</summary>
    Ideograph = 16,

    /// <summary>Differs from its lower case.</summary>
    Upper = 32,

    /// <summary>Has a canonical decomposition.</summary>
    Decomposes = 64,

    /// <summary>Has a canonical combining class other than 0.</summary>
    Combining = 128,
}
