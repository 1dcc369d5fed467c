namespace BertMLNet.Training;

/// <summary>Turns rows of one or two sentences into a model's inputs.</summary>
/// <param name="sentences1">The first sentences.</param>
/// <param name="sentences2">The second ones, as many; null where single sentences are classified.</param>
/// <param name="sequences">Takes one sequence a row, in order.</param>
public delegate void PairEncoder(IReadOnlyList<string> sentences1, IReadOnlyList<string>? sentences2, TokenSequences sequences);
