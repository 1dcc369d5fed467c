namespace BertMLNet.Training;

/// <summary>Turns one or two sentences into a model's input.</summary>
/// <param name="sentence1">The first sentence.</param>
/// <param name="sentence2">The second; null for a single sentence.</param>
/// <param name="ids">Takes the vocabulary ids, special tokens included, shortened to what the model takes.</param>
/// <returns>The first token of token type 1; the number of tokens for a single sentence.</returns>
public delegate int PairTokenizer(string sentence1, string? sentence2, List<int> ids);
