namespace BertMLNet.Scoring;

/// <summary>The part of a passage that one sequence holds.</summary>
/// <param name="First">The part's first token, counted from the passage's first.</param>
/// <param name="Count">The part's number of tokens.</param>
public readonly record struct PassageWindow(int First, int Count)
{
    /// <summary>The token after the part's last.</summary>
    public int End => First + Count;
}
