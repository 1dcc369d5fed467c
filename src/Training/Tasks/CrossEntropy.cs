namespace BertMLNet.Training;

/// <summary>The cross-entropy of one row of logits, in double precision.</summary>
internal static class CrossEntropy
{
    /// <summary>-log softmax(logits)[actual].</summary>
    /// <param name="logits">One a class.</param>
    /// <param name="largest">The index of the largest, which is taken off before exponents are.</param>
    /// <param name="actual">The right class.</param>
    public static double Of(ReadOnlySpan<float> logits, int largest, int actual)
    {
        double sum = 0;
        foreach (float logit in logits)
            sum += Math.Exp((double)logit - logits[largest]);
        return Math.Log(sum) + logits[largest] - logits[actual];
    }
}
