namespace BertMLNet.Scoring;

/// <summary>An output that a graph must have.</summary>
/// <param name="Name">The output's name.</param>
/// <param name="Width">Values a row, for [batch, width]; null for one value a token, [batch, sequence].</param>
internal readonly record struct GraphOutput(string Name, int? Width);
