namespace BertMLNet.Scoring;

/// <summary>
/// Takes what the graph said of one sequence; the values are valid during the call alone. Several threads may call at once,
/// each about another sequence.
/// </summary>
/// <param name="sequence">The sequence's index in its list.</param>
/// <param name="output">The output's index, in the order in which the outputs were asked for.</param>
/// <param name="values">The output's width, or one value a token of the sequence.</param>
internal delegate void OutputReceiver(int sequence, int output, ReadOnlySpan<float> values);
