namespace BertMLNet.Training;

/// <summary>One row of a pair data set.</summary>
/// <param name="Sentence1">The first sentence.</param>
/// <param name="Sentence2">The second; null where single sentences are classified.</param>
/// <param name="Label">The class's name; null where the data is not labelled.</param>
/// <param name="Line">The line of the file that the row starts at, the first being 1.</param>
public readonly record struct PairExample(string Sentence1, string? Sentence2, string? Label, long Line);
