namespace BertMLNet.Training;

/// <summary>Two generated sentences, and whether they say the same.</summary>
/// <param name="Sentence1">The first sentence.</param>
/// <param name="Sentence2">The second sentence.</param>
/// <param name="Equivalent">Whether both state the same facts.</param>
public sealed record DemoPair(string Sentence1, string Sentence2, bool Equivalent);
