namespace BertMLNet.Scoring;

/// <summary>What the model says of one window.</summary>
/// <param name="Start">The start logits, one a token of the sequence.</param>
/// <param name="End">The end logits, one a token of the sequence.</param>
public readonly record struct WindowLogits(float[] Start, float[] End);
