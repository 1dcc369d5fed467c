namespace Microsoft.ML.Data;

/// <summary>What a pass over scored rows gives; the metrics are computed from it.</summary>
internal sealed class MulticlassCounts
{
    /// <summary>The least probability whose logarithm is taken.</summary>
    private const float Epsilon = 1e-15f;

    public MulticlassCounts(int classes)
    {
        Confusion = [.. Enumerable.Range(0, classes).Select(_ => new double[classes])];
        ClassLogLoss = new double[classes];
        // One rank more: a class never seen by the model ranks behind all.
        Ranks = new double[classes + 1];
    }

    public double[][] Confusion { get; }

    public double[] ClassLogLoss { get; }

    /// <summary>Rows by how many classes score above the actual one.</summary>
    public double[] Ranks { get; }

    public double LogLoss { get; private set; }

    public double Count { get; private set; }

    public void Add(int actual, float[] scores)
    {
        bool known = actual < scores.Length;
        float score = known ? scores[actual] : 0;
        double loss = -Math.Log(Math.Clamp(score, Epsilon, 1));
        Count++;
        LogLoss += loss;
        Ranks[scores.Where((other, i) => other > score || (other == score && i < actual)).Count()]++;
        if (!known)
            return;
        ClassLogLoss[actual] += loss;
        Confusion[actual][Array.IndexOf(scores, scores.Max())]++;
    }
}
