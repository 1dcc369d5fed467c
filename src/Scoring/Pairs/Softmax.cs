namespace BertMLNet.Scoring;

/// <summary>Turns logits into probabilities.</summary>
internal static class Softmax
{
    /// <summary>Writes the softmax of <paramref name="logits"/>, of which the largest is taken off first so that nothing overflows.</summary>
    /// <returns>The index of the largest, the first of them where several are equal.</returns>
    public static int Apply(ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best])
                best = i;
        }
        double sum = 0;
        foreach (float logit in logits)
            sum += Math.Exp(logit - logits[best]);
        for (int i = 0; i < logits.Length; i++)
            probabilities[i] = (float)(Math.Exp(logits[i] - logits[best]) / sum);
        return best;
    }
}
