using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

/// <summary>The contract for engines of BERT, on a small model with one head.</summary>
public abstract class BertEngineContract(Head head) : TrainingEngineContract
{
    private static readonly BertConfig Config = new()
    {
        VocabSize = 60, HiddenSize = 16, NumHiddenLayers = 2, NumAttentionHeads = 2, IntermediateSize = 32,
        MaxPositionEmbeddings = 24, InitializerRange = 0.2f, Labels = ["a", "b", "c"],
    };

    private readonly BertConfig _config = head == Heads.Value ? Config with { Labels = ["value"] } : Config;

    protected override IReadOnlyList<ParameterSpec> Parameters => BertParameters.For(_config, head);

    private protected override ITrainingEngine Create(OptimizerOptions optimizer, bool dropout)
    {
        BertConfig config = dropout ? _config : _config with { HiddenDropoutProb = 0, AttentionProbsDropoutProb = 0 };
        return Create(ParameterSet.Initialize(config, head, seed: 1), optimizer);
    }

    /// <summary>Makes an engine of a model.</summary>
    private protected abstract ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer);

    private protected override PackedBatch Batch(int number)
    {
        var random = new Random(number);
        int[] lengths = [4 + random.Next(4), 9, 6 + random.Next(10)];
        int tokens = lengths.Sum();
        return new PackedBatch
        {
            Lengths = lengths,
            InputIds = [.. Enumerable.Range(0, tokens).Select(_ => random.Next(Config.VocabSize))],
            TokenTypeIds = [.. Enumerable.Range(0, tokens).Select(_ => random.Next(2))],
            Targets = Targets(tokens, random),
        };
    }

    private BatchTargets Targets(int tokens, Random random) => head.Branches[^1].Loss switch
    {
        Loss.CrossEntropy when head.Branches is [_] => new ClassTargets([random.Next(3), random.Next(3), random.Next(3)], [1, 2, 0.5f]),
        Loss.CrossEntropy => new PreTrainingTargets(
            new MaskedTokenTargets([1, 5, tokens - 1], [7, 8, 9]), new ClassTargets([random.Next(2), random.Next(2), 0], [1, 2, 0])),
        Loss.BinaryCrossEntropy => new LabelTargets([.. Enumerable.Range(0, 9).Select(_ => (float)random.Next(2))], [1, 2, 0.5f]),
        Loss.MeanSquaredError => new ValueTargets([random.NextSingle(), random.NextSingle(), 2], [1, 2, 0.5f]),
        Loss.Spans => new SpanTargets([1, 2, 0], [3, 5, 1], [.. Enumerable.Range(0, tokens).Select(_ => true)]),
        Loss.Tokens => new TokenTargets([.. Enumerable.Range(0, tokens).Select(_ => random.Next(4) - 1)]),
        _ => new MaskedTokenTargets([1, 5, tokens - 1], [7, 8, 9]),
    };
}
