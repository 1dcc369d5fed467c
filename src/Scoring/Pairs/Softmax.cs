namespace BertMLNet.Scoring;

/// <summary>Turns logits into probabilities.</summary>
internal static class Softmax
{
    /// <summary>Writes the softmax of <paramref name="logits"/>; the largest is taken off first, so nothing overflows.</summary>
    public static void Apply(ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        float largest = logits[0];
        foreach (float logit in logits)
            largest = Math.Max(largest, logit);
        double sum = 0;
        foreach (float logit in logits)
            sum += Math.Exp(logit - largest);
        for (int i = 0; i < logits.Length; i++)
            probabilities[i] = (float)(Math.Exp(logits[i] - largest) / sum);
    }
}
