namespace BertMLNet.Training;

/// <summary>Which tokens are masked, anew in every epoch, and what they are replaced with (Devlin et al., 2018).</summary>
public sealed record MaskingOptions
{
    /// <summary>The part of an example's tokens that are to be predicted; at least one is.</summary>
    public double Rate { get; init; } = 0.15;

    /// <summary>The part of those that read [MASK]; of the rest one half is a word drawn at random, one half as it was.</summary>
    public double MaskPart { get; init; } = 0.8;

    /// <summary>Whether the pieces of a word are masked together.</summary>
    public bool WholeWords { get; init; }
}
