using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using BertMLNet.Tokenization;
using BertMLNet.Training;

namespace BertMLNet.Bench;

/// <summary>The inner parts, one by one: what is called for every token or every weight.</summary>
[MemoryDiagnoser]
public class InnerBenchmarks
{
    private const int Weights = 1 << 20;
    private const string Text = "The quick brown fox jumps over the lazy dog; naïve cafés serve 42 pancakes, and nobody's surprised.";

    private static readonly string[] Words =
    [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "quick", "brown", "fox", "jump", "##s", "over", "lazy", "dog", ";", "naive",
        "cafe", "serve", "42", "pan", "##cake", ",", "and", "nobody", "'", "s", "surprised", ".",
    ];

    private readonly WordPieceTokenizer _tokenizer = new(new Vocabulary(Words));
    private readonly int[] _ids = new int[128];
    private readonly TokenOffset[] _offsets = new TokenOffset[128];
    private readonly float[] _weights = new float[Weights];
    private readonly float[] _gradients = new float[Weights];
    private readonly float[] _firstMoments = new float[Weights];
    private readonly float[] _secondMoments = new float[Weights];
    private readonly AdamWStep _step = new AdamWStep(new TrainingOptions(), 1e-4f, 0.01f, 1, 1);

    /// <summary>Runs the benchmarks in this process.</summary>
    public static void Run() => BenchmarkRunner.Run<InnerBenchmarks>(
        DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessNoEmitToolchain.Instance)));

    /// <summary>Tokenizing a sentence to ids.</summary>
    [Benchmark]
    public int TokenizeToIds() => _tokenizer.Tokenize(Text, _ids);

    /// <summary>Tokenizing a sentence to ids and offsets.</summary>
    [Benchmark]
    public int TokenizeWithOffsets() => _tokenizer.Tokenize(Text, _ids, _offsets);

    /// <summary>One AdamW update of a million weights on one thread.</summary>
    [Benchmark]
    public void UpdateAMillionWeights() => AdamW.Update(_weights, _gradients, _firstMoments, _secondMoments, _step);

    /// <summary>The norm of a million gradients on one thread.</summary>
    [Benchmark]
    public double NormOfAMillionGradients() => GradientNorm.SumOfSquares(_gradients);
}
