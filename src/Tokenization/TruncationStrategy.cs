namespace BertMLNet.Tokenization;

/// <summary>Which text loses tokens when the tokens of a text or a pair exceed the longest length allowed.</summary>
public enum TruncationStrategy
{
    /// <summary>The longer of the two, until both are equally long, then both; as Hugging Face's tokenizers divide the room.</summary>
    LongestFirst,

    /// <summary>The first text only.</summary>
    OnlyFirst,

    /// <summary>The second text only.</summary>
    OnlySecond,

    /// <summary>Neither: the encoding may be longer than the longest length.</summary>
    None,
}
