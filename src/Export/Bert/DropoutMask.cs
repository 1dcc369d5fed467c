namespace BertMLNet.Export;

/// <summary>A graph input that takes a dropout mask: 0 with the given probability, else 1 / (1 - rate).</summary>
/// <param name="Value">The input.</param>
/// <param name="Rate">The probability of dropping an element.</param>
public sealed record DropoutMask(GraphValue Value, float Rate);
