using System.Text.Json;
using BertMLNet.Modeling;
using BertMLNet.TestKit;

namespace BertMLNet.Training.Tests;

/// <summary>A small model with a batch, and what PyTorch computes of them in double precision (tests/oracles).</summary>
internal sealed class GoldenCase : IDisposable
{
    private readonly JsonElement _batch;

    private GoldenCase(string name)
    {
        string folder = Path.Combine(Repository.Root, "tests", "oracles", "golden", name);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "batch.json")));
        _batch = document.RootElement.Clone();
        Head = name.Split('-')[0] switch
        {
            "pair" => TaskHead.PairClassification,
            "qa" => TaskHead.QuestionAnswering,
            _ => TaskHead.MaskedLanguageModel,
        };
        BertConfig config = BertConfig.Load(Path.Combine(folder, "config.json")) with { HiddenDropoutProb = 0, AttentionProbsDropoutProb = 0 };
        using ICheckpoint weights = SafetensorsCheckpoint.Open(Path.Combine(folder, "model.safetensors"));
        (Parameters, LoadReport report) = ParameterLoader.Load(weights, config, Head);
        Assert.Empty(report.Initialized);
        Gradients = SafetensorsCheckpoint.Open(Path.Combine(folder, "gradients.safetensors"));
    }

    public TaskHead Head { get; }

    public ParameterSet Parameters { get; }

    public ICheckpoint Gradients { get; }

    public float LossScale => _batch.GetProperty("lossScale").GetSingle();

    public double Loss => _batch.GetProperty("loss").GetDouble();

    public double[] Logits => Array<double>("logits");

    public PackedBatch Batch => new()
    {
        Lengths = Array<int>("lengths"),
        InputIds = Array<int>("inputIds"),
        TokenTypeIds = Array<int>("tokenTypeIds"),
        Targets = Head switch
        {
            TaskHead.PairClassification => new ClassTargets(Array<int>("classes"), Array<float>("weights")),
            TaskHead.QuestionAnswering => new SpanTargets(Array<int>("starts"), Array<int>("ends"), Array<bool>("allowed")),
            _ => new MaskedTokenTargets(Array<int>("positions"), Array<int>("ids")),
        },
    };

    public static TheoryData<string> Names =>
        [.. Directory.GetDirectories(Path.Combine(Repository.Root, "tests", "oracles", "golden")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public static GoldenCase Open(string name) => new(name);

    public OptimizerOptions OneGroup() => new()
    {
        Groups = [new([.. Parameters.Specs.Where(spec => spec.IsTrainable).Select(spec => spec.Name)], WeightDecay: 0)],
    };

    public void Dispose() => Gradients.Dispose();

    private T[] Array<T>(string name) => _batch.GetProperty(name).Deserialize<T[]>()!;
}
