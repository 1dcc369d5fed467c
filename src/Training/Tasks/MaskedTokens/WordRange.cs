namespace BertMLNet.Training;

/// <summary>A word among a corpus's ids.</summary>
/// <param name="Start">Its first token.</param>
/// <param name="Length">Its tokens.</param>
internal readonly record struct WordRange(int Start, int Length);
