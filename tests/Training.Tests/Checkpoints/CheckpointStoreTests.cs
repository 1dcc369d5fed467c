using BertMLNet.TestKit;
using static BertMLNet.Training.Tests.TrainerFixture;

namespace BertMLNet.Training.Tests;

public sealed class CheckpointStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_state_goes_on_with_its_own_best_model()
    {
        var store = new CheckpointStore(_folder.Path);
        LogisticEngine engine = Engine(Options);
        byte[] first = Save(store, engine, epoch: 1, saveState: true);
        // The run is killed when the next best model is written and the state that knows of it is not.
        byte[] second = Save(store, engine, epoch: 2, saveState: false);

        var resumed = new CheckpointStore(_folder.Path);
        TrainingState state = resumed.Restore(engine)!;
        resumed.LoadBest(state, engine);

        Assert.Equal(1, state.BestEpoch);
        Assert.NotEqual(first, second);
        Assert.Equal(first, engine.WeightBytes());
    }

    [Fact]
    public void Best_models_that_no_state_knows_are_deleted()
    {
        var store = new CheckpointStore(_folder.Path);
        LogisticEngine engine = Engine(Options);
        for (int epoch = 1; epoch <= 3; epoch++)
            Save(store, engine, epoch, saveState: true);

        Assert.Equal(["best-000000002.ckpt", "best-000000003.ckpt"], Best());
        Save(new CheckpointStore(_folder.Path), engine, epoch: 3, saveState: true);
        Assert.Equal(["best-000000003.ckpt"], Best());

        IEnumerable<string?> Best() => Directory.GetFiles(_folder.Path, "best*").Select(Path.GetFileName).Order(StringComparer.Ordinal);
    }

    private static byte[] Save(CheckpointStore store, LogisticEngine engine, int epoch, bool saveState)
    {
        var metrics = new ClassificationMetrics(["no", "yes"], new[,] { { 1, 2 }, { 3, 4 } }, 0.7, "f1");
        var state = new TrainingState
        {
            Update = 9 * epoch,
            BestEpoch = epoch,
            Epochs = [.. Enumerable.Range(1, epoch).Select(number => new ReportEpoch(number, 1, metrics))],
        };
        engine.WriteParameter(LogisticEngine.Bias, [epoch, -epoch]);
        store.SaveBest(state, engine);
        if (saveState)
            store.Save(state, engine, new HashSet<string>());
        return engine.WeightBytes();
    }
}
