using System.Text.Json;
using BertMLNet.Modeling;
using BertMLNet.TestKit;

namespace BertMLNet.Training.Tests;

/// <summary>A golden case as the engines take it.</summary>
public sealed class GoldenCase : IDisposable
{
    private readonly GoldenFiles _files;

    private GoldenCase(string name)
    {
        _files = new GoldenFiles(name);
        Head = name.Split('-')[0] switch
        {
            "pair" => Heads.Classes,
            "value" => Heads.Value,
            "labels" => Heads.Labels,
            "qa" => Heads.Questions,
            "tokens" => Heads.Tokens,
            "pretraining" => Heads.PreTraining,
            _ => Heads.MaskedTokens,
        };
        BertConfig config = BertConfig.Load(_files.ConfigPath);
        using ICheckpoint weights = SafetensorsCheckpoint.Open(_files.WeightsPath);
        (Parameters, LoadReport report) = ParameterSet.Load(weights, config, Head);
        Assert.Empty(report.Initialized);
        Gradients = SafetensorsCheckpoint.Open(_files.GradientsPath);
        Training = JsonSerializer.Deserialize<GoldenTraining>(File.ReadAllText(_files.TrainingPath), JsonSerializerOptions.Web)!;
    }

    public static TheoryData<string> Names => [.. GoldenFiles.Names];

    public Head Head { get; }

    public ParameterSet Parameters { get; }

    internal ICheckpoint Gradients { get; }

    public GoldenTraining Training { get; }

    public float LossScale => _files.LossScale;

    public double Loss => _files.Loss;

    public double[] Logits => _files.Logits;

    internal PackedBatch Batch => new()
    {
        Lengths = _files.Lengths,
        InputIds = _files.InputIds,
        TokenTypeIds = _files.TokenTypeIds,
        Targets = Head.Branches[^1].Loss switch
        {
            Modeling.Loss.CrossEntropy => Head.Branches is [_] ? Classes : new PreTrainingTargets(MaskedTokens, Classes),
            Modeling.Loss.MeanSquaredError => new ValueTargets(_files.Array<float>("values"), _files.Array<float>("weights")),
            Modeling.Loss.BinaryCrossEntropy => new LabelTargets(_files.Array<float>("values"), _files.Array<float>("weights")),
            Modeling.Loss.Tokens => new TokenTargets(_files.Array<int>("classes")),
            Modeling.Loss.Spans => new SpanTargets(_files.Array<int>("starts"), _files.Array<int>("ends"), _files.Array<bool>("allowed")),
            _ => MaskedTokens,
        },
    };

    private ClassTargets Classes => new(_files.Array<int>("classes"), _files.Array<float>("weights"));

    private MaskedTokenTargets MaskedTokens => new(_files.Array<int>("positions"), _files.Array<int>("ids"));

    public string NameInFiles(ParameterSpec spec) => Parameters.Config.Encoder.NameInFiles(spec.Name, Head);

    public static GoldenCase Open(string name) => new(name);

    /// <summary>The trainable parameters in two groups: those that decay, and the rest.</summary>
    internal OptimizerOptions Optimizer(float weightDecay = 0) => new(
    [
        new([.. Parameters.Specs.Where(spec => spec.IsTrainable && spec.Decays).Select(spec => spec.Name)], weightDecay),
        new([.. Parameters.Specs.Where(spec => spec.IsTrainable && !spec.Decays).Select(spec => spec.Name)], WeightDecay: 0),
    ]);

    public void Dispose() => Gradients.Dispose();
}
