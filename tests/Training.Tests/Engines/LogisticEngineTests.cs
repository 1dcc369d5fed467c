using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

public sealed class LogisticEngineTests : TrainingEngineContract
{
    protected override IReadOnlyList<ParameterSpec> Parameters => LogisticEngine.SpecsFor(3);

    private protected override ITrainingEngine Create(OptimizerOptions optimizer, bool dropout) =>
        new LogisticEngine(3, optimizer, dropout ? 0.5 : 0);

    private protected override PackedBatch Batch(int number)
    {
        var random = new Random(number);
        int[] lengths = [3, 7, 5];
        return new PackedBatch
        {
            Lengths = lengths,
            InputIds = [.. Enumerable.Range(0, lengths.Sum()).Select(_ => 'a' + random.Next(26))],
            TokenTypeIds = new int[lengths.Sum()],
            Targets = new ClassTargets([random.Next(3), random.Next(3), random.Next(3)], [1, 2, 0.5f]),
        };
    }
}
