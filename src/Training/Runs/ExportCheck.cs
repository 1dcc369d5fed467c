using BertMLNet.Export;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>Compares the logits of an exported graph with those of the engine that trained the model.</summary>
internal static class ExportCheck
{
    private const int ExamplesABatch = 8;

    /// <summary>A graph's logits differ from the engine's by rounding alone, to single or to half precision.</summary>
    private const float LargestRounding = 1e-3f;
    private const float LargestHalfRounding = 0.1f;

    /// <summary>
    /// The largest absolute difference of any logit of a graph from an engine's with the same weights, over some examples from the first;
    /// the graph's inputs have Hugging Face's names where no others are given.
    /// </summary>
    /// <exception cref="BertMLNetException">There are no examples, or a logit is not a number.</exception>
    public static float LargestDifference(
        ITrainingEngine engine,
        Head head,
        IFeatureSet features,
        string graphPath,
        TensorNames? names = null,
        int examples = 64,
        CancellationToken cancellationToken = default)
    {
        RequireRows(graphPath, features.Count);
        using var graph = new GraphVerifier(graphPath, names);
        return LargestDifference(engine, features, graphPath, Run, examples, cancellationToken);

        IReadOnlyDictionary<string, float[]> Run(int[] indices, PackedBatch batch)
        {
            IReadOnlyDictionary<string, float[]> outputs = graph.Run(batch.Lengths, batch.InputIds, batch.TokenTypeIds);
            return head.Branches
                .SelectMany(branch => branch.Outputs.Select(name => (Name: name, branch.HasRowPerToken)))
                .ToDictionary(
                    output => output.Name,
                    output => output.HasRowPerToken ? Pack(outputs[output.Name], batch) : outputs[output.Name]);
        }
    }

    /// <summary>
    /// The same for a graph that is run in another way: given the examples' indices and what they are packed in, it gives the graph's
    /// outputs as the engine does.
    /// </summary>
    /// <exception cref="BertMLNetException">There are no examples, or a logit is not a number.</exception>
    public static float LargestDifference(
        ITrainingEngine engine,
        IFeatureSet features,
        string graphPath,
        Func<int[], PackedBatch, IReadOnlyDictionary<string, float[]>> run,
        int examples = 64,
        CancellationToken cancellationToken = default)
    {
        RequireRows(graphPath, features.Count);
        float largest = 0;
        foreach (int[] indices in Enumerable.Range(0, Math.Min(examples, features.Count)).Chunk(ExamplesABatch))
        {
            PackedBatch batch = features.Pack(indices);
            IReadOnlyDictionary<string, float[]> actual = run(indices, batch), expected = engine.Forward(batch, cancellationToken);
            foreach ((string name, float[] values) in expected)
                largest = MathF.Max(largest, GraphVerifier.LargestDifference(actual[name], values));
        }
        return Finite(graphPath, largest);
    }

    /// <summary>
    /// Refuses a graph whose logits differ by more than rounding explains. What int8 costs depends on the model: any difference is
    /// accepted.
    /// </summary>
    /// <exception cref="BertMLNetException">The difference is larger: the graph does not compute what the model does.</exception>
    public static void RequireRounding(string graphPath, float difference, GraphPrecision precision = GraphPrecision.Single)
    {
        float most = precision switch
        {
            GraphPrecision.Single => LargestRounding,
            GraphPrecision.Half => LargestHalfRounding,
            _ => float.PositiveInfinity,
        };
        if (!(difference <= most))
        {
            throw new BertMLNetException(FormattableString.Invariant(
                $"{graphPath}: its logits differ from the model's by {difference}; expected at most {most}; ")
                + "do not use the graph, and report it.");
        }
    }

    private static void RequireRows(string graphPath, int rows)
    {
        if (rows == 0)
            throw new BertMLNetException($"{graphPath}: there are no rows to verify it with; give a file that has some.");
    }

    private static float Finite(string graphPath, float difference) => float.IsFinite(difference)
        ? difference
        : throw new BertMLNetException(
            $"{graphPath}: a logit is not a number; the weights are damaged, or too large for the graph's precision.");

    /// <summary>Takes the padding out: [batch, sequence, …] -> [tokens, …].</summary>
    private static float[] Pack(float[] padded, PackedBatch batch)
    {
        int width = padded.Length / (batch.ExampleCount * batch.LongestLength);
        var packed = new List<float>(width * batch.TokenCount);
        for (int row = 0; row < batch.ExampleCount; row++)
            packed.AddRange(padded.AsSpan(row * batch.LongestLength * width, batch.Lengths[row] * width));
        return [.. packed];
    }
}
