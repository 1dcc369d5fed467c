using BertMLNet.Modeling;
using Microsoft.ML.OnnxRuntime;

namespace BertMLNet.Export.Tests;

/// <summary>A graph of five small inputs, weighted and summed to a scalar so that every element of its result matters.</summary>
internal sealed class ScalarFunction : IDisposable
{
    private static readonly long[][] Shapes = [[3, 4], [3, 4], [1, 4], [3, 1], [1, 4]];

    private readonly InferenceSession _session;
    private readonly string?[] _gradientNames;

    public ScalarFunction(Func<GraphBuilder, GraphValue[], GraphValue> write)
    {
        var graph = new GraphBuilder();
        GraphValue[] inputs = [.. Shapes.Select((shape, i) => graph.Input($"x{i}", ElementType.Float, shape[0], shape[1]))];
        GraphValue result = write(graph, inputs);
        int count = (int)result.Shape.Aggregate(1L, (product, dimension) => product * dimension.Size);
        var random = new Random(17);
        GraphValue weights = graph.Constant("weights", ElementType.Float, (float[])[.. Enumerable.Range(0, count).Select(_ => random.NextSingle() + 0.1f)], [.. result.Shape]);
        GraphValue loss = graph.ReduceSum(graph.Mul(result, weights), [], keepDimensions: false);
        IReadOnlyDictionary<GraphValue, ParameterGradient> gradients = Differentiator.Differentiate(graph, loss, inputs);
        graph.Output("loss", loss);
        _gradientNames = [.. inputs.Select(input =>
            gradients.TryGetValue(input, out ParameterGradient? gradient) ? graph.Output($"gradient_{input.Name}", gradient.Dense!).Name : null)];
        _session = new InferenceSession(OnnxModelWriter.ToBytes(graph));
    }

    /// <summary>The gradient of each input; null for one that the function does not read.</summary>
    public float[]?[] Gradients(float[][] point)
    {
        IReadOnlyDictionary<string, float[]> outputs = Run(point);
        return [.. _gradientNames.Select(name => name is null ? null : outputs[name])];
    }

    /// <summary>The value where one element is moved by <paramref name="step"/>.</summary>
    public double At(float[][] point, int input, int element, double step)
    {
        float[][] moved = [.. point.Select(values => (float[])values.Clone())];
        moved[input][element] += (float)step;
        return Run(moved)["loss"][0];
    }

    public void Dispose() => _session.Dispose();

    private Dictionary<string, float[]> Run(float[][] point)
    {
        var inputs = new Dictionary<string, OrtValue>();
        for (int i = 0; i < point.Length; i++)
            inputs[$"x{i}"] = OrtValue.CreateTensorValueFromMemory(point[i], Shapes[i]);
        using var options = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(options, inputs, _session.OutputNames);
        Dictionary<string, float[]> results = _session.OutputNames.Zip(outputs)
            .ToDictionary(pair => pair.First, pair => pair.Second.GetTensorDataAsSpan<float>().ToArray());
        foreach (OrtValue input in inputs.Values)
            input.Dispose();
        return results;
    }
}
