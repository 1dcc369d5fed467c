using System.Globalization;
using BertMLNet.Modeling;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BertMLNet.Training;

/// <summary>Reads weights out of an engine for files, none of which holds what is not a number.</summary>
internal static class FiniteWeights
{
    /// <summary>Reads one parameter.</summary>
    /// <exception cref="BertMLNetException">A value of it is infinite or not a number.</exception>
    public static void Read(ITrainingEngine engine, string name, Span<float> values)
    {
        engine.ReadParameter(name, values);
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
            {
                throw new BertMLNetException(
                    $"training: weights are no longer finite numbers ({name} has {(float.IsNaN(value) ? "NaN" : "infinity")}); "
                    + "they are not written: lower the learning rate and start anew.");
            }
        }
    }
}

/// <summary>
/// A run's checkpoints in its training folder: the state (<c>state-000000120.ckpt</c>, by update), of which the last two
/// are kept, and the best model so far of each (<c>best-000000003.ckpt</c>, by epoch). The caller holds the model folder.
/// </summary>
internal sealed class CheckpointStore
{
    private const string WeightsPrefix = "weights/";
    private const string MomentsPrefix = "moments/";
    private const int StatesKept = 2;

    private readonly ILogger _logger;

    /// <summary>The best epoch of the newest state there is.</summary>
    private int _bestEpoch;

    /// <summary>Opens the folder, which is made where it is missing, and removes what an interrupted write left in it.</summary>
    /// <exception cref="BertMLNetException">The folder cannot be written.</exception>
    public CheckpointStore(string folder, ILogger? logger = null)
    {
        Folder = folder;
        _logger = logger ?? NullLogger.Instance;
        try
        {
            Directory.CreateDirectory(folder);
            AtomicFile.DeleteLeftOvers(folder, "*.ckpt");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BertMLNetException($"{folder}: cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>The training folder.</summary>
    public string Folder { get; }

    /// <summary>Reads the newest state that is whole, without its weights.</summary>
    /// <returns>Null where the folder holds none.</returns>
    /// <exception cref="BertMLNetException">There are states, and all are damaged.</exception>
    internal TrainingState? ReadState() => ReadNewest((_, _) => null);

    /// <summary>Reads the newest state that is whole, and gives the engine its weights, moments and step.</summary>
    /// <inheritdoc cref="ReadState"/>
    internal TrainingState? Restore(ITrainingEngine engine)
    {
        TrainingState? state = ReadNewest((state, tensors) => state.IsFinished ? null : Loader(engine, tensors));
        // A damaged newer one would otherwise pass for the newest and push a whole one out.
        foreach (string damaged in StatesNewestFirst().TakeWhile(path => state is not null && path != StatePath(state.Update)))
            File.Delete(damaged);
        // A run that is over may have been killed before all of them were deleted.
        if (state is { IsFinished: true })
            DeleteAllBut(StatePath(state.Update));
        if (state is not null)
            engine.OptimizerStep = state.OptimizerStep;
        _bestEpoch = state?.BestEpoch ?? 0;
        return state;
    }

    /// <summary>Saves the state with weights and moments, then deletes what is older than the one before.</summary>
    /// <param name="state">The state.</param>
    /// <param name="engine">What the weights and moments are read from.</param>
    /// <param name="optimized">The parameters that have moments.</param>
    internal void Save(TrainingState state, ITrainingEngine engine, IReadOnlySet<string> optimized)
    {
        List<(string Name, int Length)> tensors = Weights(engine);
        foreach (ParameterSpec spec in engine.Parameters)
        {
            if (optimized.Contains(spec.Name))
                tensors.Add((MomentsPrefix + spec.Name, checked(2 * spec.Count)));
        }
        CheckpointFile.Write(StatePath(state.Update), state, tensors, Reader(engine));
        foreach (string old in StatesNewestFirst().Skip(StatesKept))
            File.Delete(old);
        // Each of the two states may be the one that is gone on from, with its own best model.
        string[] kept = [BestPath(state.BestEpoch), BestPath(_bestEpoch)];
        foreach (string old in BestModels().Except(kept))
            File.Delete(old);
        _bestEpoch = state.BestEpoch;
    }

    /// <summary>
    /// Saves the weights as the best so far, beside those of earlier epochs: until the next state is saved, the run may go on from one
    /// that knows nothing of these.
    /// </summary>
    internal void SaveBest(TrainingState state, ITrainingEngine engine) =>
        CheckpointFile.Write(BestPath(state.BestEpoch), state, Weights(engine), Reader(engine));

    /// <summary>Gives the engine the weights that a state calls the best.</summary>
    /// <exception cref="BertMLNetException">The file is missing or damaged.</exception>
    internal void LoadBest(TrainingState state, ITrainingEngine engine) =>
        CheckpointFile.Read(BestPath(state.BestEpoch), (_, tensors) => Loader(engine, tensors));

    /// <summary>Records that the run is over and its model written; weights and moments are not needed any more.</summary>
    internal void Finish(TrainingState state)
    {
        state.IsFinished = true;
        string finished = StatePath(state.Update);
        CheckpointFile.Write(finished, state, [], (_, _) => { });
        DeleteAllBut(finished);
    }

    /// <summary>Deletes all checkpoints, for a run that starts anew.</summary>
    internal void Clear() => DeleteAllBut(kept: null);

    private void DeleteAllBut(string? kept)
    {
        foreach (string old in StatesNewestFirst().Concat(BestModels()).Where(path => path != kept))
            File.Delete(old);
    }

    private static List<(string Name, int Length)> Weights(ITrainingEngine engine) =>
        [.. engine.Parameters.Select(spec => (WeightsPrefix + spec.Name, spec.Count))];

    private static Action<string, Memory<float>> Reader(ITrainingEngine engine) => (name, values) =>
    {
        Span<float> span = values.Span;
        if (name.StartsWith(WeightsPrefix, StringComparison.Ordinal))
            FiniteWeights.Read(engine, name[WeightsPrefix.Length..], span);
        else
            engine.ReadOptimizerState(name[MomentsPrefix.Length..], span[..(span.Length / 2)], span[(span.Length / 2)..]);
    };

    private static Action<string, ReadOnlyMemory<float>> Loader(
        ITrainingEngine engine, IReadOnlyList<(string Name, int Length)> tensors)
    {
        if (!tensors.Take(engine.Parameters.Count).SequenceEqual(Weights(engine)))
            throw new BertMLNetException("the checkpoint is of a model with other parameters; resume with the model the run began with.");
        return (name, values) =>
        {
            ReadOnlySpan<float> span = values.Span;
            if (name.StartsWith(WeightsPrefix, StringComparison.Ordinal))
                engine.WriteParameter(name[WeightsPrefix.Length..], span);
            else
                engine.WriteOptimizerState(name[MomentsPrefix.Length..], span[..(span.Length / 2)], span[(span.Length / 2)..]);
        };
    }

    private TrainingState? ReadNewest(
        Func<TrainingState, IReadOnlyList<(string Name, int Length)>, Action<string, ReadOnlyMemory<float>>?> open)
    {
        string[] paths = [.. StatesNewestFirst()];
        for (int i = 0; i < paths.Length; i++)
        {
            try
            {
                return CheckpointFile.Read(paths[i], open);
            }
            catch (BertMLNetException exception) when (i + 1 < paths.Length)
            {
                _logger.LogWarning("{Error} Taking the one before, {Path}.", exception.Message, paths[i + 1]);
            }
        }
        return null;
    }

    private IEnumerable<string> StatesNewestFirst() =>
        Directory.GetFiles(Folder, "state-*.ckpt").OrderDescending(StringComparer.Ordinal);

    private string[] BestModels() => Directory.GetFiles(Folder, "best*.ckpt");

    private string BestPath(int epoch) =>
        Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"best-{epoch:D9}.ckpt"));

    private string StatePath(long update) =>
        Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"state-{update:D9}.ckpt"));
}
