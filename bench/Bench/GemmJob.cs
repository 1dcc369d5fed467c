using BertMLNet.Modeling;
using System.CommandLine;
using System.Diagnostics;
using BertMLNet.Export;
using Microsoft.ML.OnnxRuntime;

namespace BertMLNet.Bench;

/// <summary>Times ONNX Runtime's Gemm alone at the shapes of a training step, for what a step's products can reach at best.</summary>
internal static class GemmJob
{
    private static readonly Option<int> Tokens = new("--tokens") { Description = "Packed tokens of a batch.", DefaultValueFactory = _ => 4096 };
    private static readonly Option<int> Hidden = new("--hidden") { DefaultValueFactory = _ => 256 };
    private static readonly Option<int> Intermediate = new("--intermediate") { DefaultValueFactory = _ => 1024 };
    private static readonly Option<int> Repeat = new("--repeat") { DefaultValueFactory = _ => 20 };

    public static Command Command()
    {
        var command = new Command("gemm", "Times ONNX Runtime's Gemm alone.") { Tokens, Hidden, Intermediate, Repeat };
        command.SetAction(arguments => JsonOutput.Print(new() { ["peakGigaOperationsPerSecond"] = ArithmeticPeak.Measure(), ["products"] = Run(arguments) }));
        return command;
    }

    private static List<OperatorTime> Run(ParseResult arguments)
    {
        int tokens = arguments.GetValue(Tokens), hidden = arguments.GetValue(Hidden), wide = arguments.GetValue(Intermediate);
        int repeat = arguments.GetValue(Repeat);
        var times = new List<OperatorTime>();
        foreach ((int inputs, int outputs) in ((int, int)[])[(hidden, hidden), (hidden, wide), (wide, hidden)])
        {
            double work = 2e-9 * tokens * inputs * outputs;
            Add("y = x Wᵀ", [tokens, inputs], [outputs, inputs], (g, a, b) => g.Gemm(a, b, transposeB: true));
            Add("dx = dy W", [tokens, outputs], [outputs, inputs], (g, a, b) => g.Gemm(a, b));
            Add("dW = dyᵀ x", [tokens, outputs], [tokens, inputs], (g, a, b) => g.Gemm(a, b, transposeA: true));

            void Add(string name, long[] a, long[] b, Func<GraphBuilder, GraphValue, GraphValue, GraphValue> write)
            {
                double seconds = Time(a, b, write, repeat);
                times.Add(new($"{name} {tokens}x{inputs}x{outputs}", seconds * 1000, 1, work, 0));
            }
        }
        return times;
    }

    private static double Time(long[] a, long[] b, Func<GraphBuilder, GraphValue, GraphValue, GraphValue> write, int repeat)
    {
        var graph = new GraphBuilder();
        GraphValue left = graph.Input("a", ElementType.Float, [.. a.Select(size => (Dimension)size)]);
        GraphValue right = graph.Input("b", ElementType.Float, [.. b.Select(size => (Dimension)size)]);
        graph.Output("y", write(graph, left, right));
        using var options = new SessionOptions { IntraOpNumThreads = Environment.ProcessorCount };
        using var session = new InferenceSession(OnnxModelWriter.ToBytes(graph), options);
        using OrtValue leftTensor = Tensor(a), rightTensor = Tensor(b);
        using OrtIoBinding binding = session.CreateIoBinding();
        using var run = new RunOptions();
        binding.BindInput("a", leftTensor);
        binding.BindInput("b", rightTensor);
        binding.BindOutputToDevice("y", OrtMemoryInfo.DefaultInstance);
        var seconds = new List<double>();
        for (int i = 0; i < repeat; i++)
        {
            long start = Stopwatch.GetTimestamp();
            session.RunWithBinding(run, binding);
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return Statistics.Median(seconds);
    }

    private static OrtValue Tensor(long[] shape)
    {
        float[] values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        var random = new Random(1);
        for (int i = 0; i < values.Length; i++)
            values[i] = random.NextSingle() - 0.5f;
        return OrtValue.CreateTensorValueFromMemory(values, shape);
    }
}
