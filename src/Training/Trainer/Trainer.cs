using System.Diagnostics;
using BertMLNet.Modeling;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BertMLNet.Training;

/// <summary>
/// Fine-tunes a model: epochs of updates, an evaluation after each, the best model kept, checkpoints from which an
/// interrupted run goes on to the same weights, bit for bit, that it would have reached uninterrupted.
/// </summary>
internal sealed partial class Trainer
{
    /// <summary>The loss curve has about so many points, however long the run.</summary>
    private const int CurvePoints = 1000;

    private const string TrainingData = "training data";
    private const string ValidationData = "validation data";

    private readonly ITrainingEngine _engine;
    private readonly TrainingTask _task;
    private readonly TrainingOptions _options;
    private readonly CheckpointStore _checkpoints;
    private readonly ILogger _logger;
    private readonly IProgress<TrainingProgress>? _progress;
    private readonly IReadOnlyList<ParameterGroup> _groups;
    private readonly HashSet<string> _optimized;
    private readonly int _updatesAnEpoch;
    private readonly long _updates;

    /// <summary>Runs since the state's elapsed time was last brought up to date.</summary>
    private readonly Stopwatch _clock = new();
    private readonly Stopwatch _sinceStart = new();
    private readonly Stopwatch _sinceCheckpoint = Stopwatch.StartNew();
    private readonly SessionRate _session = new();

    private TrainingState _state = new();
    private IFeatureSet _features;
    private double _lastLoss;
    private double _lastRate;
    private double _lastNorm;

    /// <summary>Prepares a run with the caller's engine, whose optimizer works on the groups.</summary>
    /// <exception cref="BertMLNetException">An option is out of range, or a data set is empty.</exception>
    public Trainer(
        ITrainingEngine engine,
        IReadOnlyList<ParameterGroup> groups,
        TrainingTask task,
        TrainingOptions options,
        CheckpointStore checkpoints,
        ILogger? logger = null,
        IProgress<TrainingProgress>? progress = null)
    {
        options.Validate();
        if (task.Training.Count == 0 || task.Validation.Count == 0)
            throw new BertMLNetException($"training: the {(task.Training.Count == 0 ? "training" : "validation")} data has no examples.");
        _engine = engine;
        _task = task;
        _options = options;
        _checkpoints = checkpoints;
        _logger = logger ?? NullLogger.Instance;
        _progress = progress;
        _features = task.Training;
        _groups = groups;
        _optimized = [.. _groups.Where(group => group.LearningRateScale != 0).SelectMany(group => group.Parameters)];
        _updatesAnEpoch = EpochPlan.UpdatesIn(task.Training.Count, options.BatchSize);
        _updates = (long)_updatesAnEpoch * options.Epochs;
    }

    /// <summary>
    /// Trains, going on from the newest checkpoint where asked, and leaves the best weights in the engine, unless a run that is over is
    /// resumed: then nothing is done. Until <see cref="Complete"/> is called the run counts as interrupted and can be resumed.
    /// </summary>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="BertMLNetException">
    /// The folder holds an unfinished run that is not to be resumed, or one with other settings; or the loss is not finite.
    /// </exception>
    public TrainingOutcome Run(bool resume, CancellationToken cancellationToken = default)
    {
        Begin(resume);
        if (_state.IsFinished)
            return _state.ToOutcome() with { WasFinished = true };
        // A run that was cancelled between two micro-batches may have left the gradients of the first in the engine.
        DropGradients();
        _clock.Restart();
        _sinceStart.Restart();
        try
        {
            while (_state.Epoch < _options.Epochs && !_state.StoppedEarly)
            {
                TrainEpoch(cancellationToken);
                EvaluateEpoch(cancellationToken);
                Save();
            }
        }
        catch (OperationCanceledException)
        {
            Save();
            throw;
        }
        if (_state.BestEpoch == 0)
        {
            throw new BertMLNetException(
                "training: no epoch's validation loss and metric were numbers, so there is no model to keep; lower the learning rate and "
                + "start anew.");
        }
        _checkpoints.LoadBest(_state, _engine);
        return _state.ToOutcome();
    }

    /// <summary>Records that the model of the run is written, and deletes the checkpoints, which are not needed any more.</summary>
    public void Complete() => _checkpoints.Finish(_state);

    private void Begin(bool resume)
    {
        IReadOnlyDictionary<string, string> settings = new Dictionary<string, string>(_task.Settings.Concat(_options.DecidingSettings()))
        {
            [TrainingData] = _task.Training.Fingerprint,
            [ValidationData] = _task.Validation.Fingerprint,
        };
        TrainingState? found = _checkpoints.ReadState();
        if (found is { IsFinished: false } && !resume)
        {
            throw new BertMLNetException(
                $"{_checkpoints.Folder}: holds an unfinished run, at update {found.Update}; go on with it (option resume), "
                + "or delete the folder to start anew.");
        }
        if (!resume || found is null)
        {
            _checkpoints.Clear();
            _state = new TrainingState { Settings = settings, Engine = _engine.Description };
            return;
        }

        foreach ((string name, string value) in settings)
        {
            string before = found.Settings.GetValueOrDefault(name, "unknown");
            if (before == value)
                continue;
            string difference = name switch
            {
                TrainingData or ValidationData => $"other {name}",
                TrainingTask.ModelConfiguration => "a model whose config.json says something else",
                _ => $"{name} {before}, not {value}",
            };
            throw new BertMLNetException(
                $"{_checkpoints.Folder}: the run began with {difference}; resume it with what it began with, or train into another "
                + "folder.");
        }
        _state = _checkpoints.Restore(_engine)!;
        if (_state.Engine != _engine.Description)
        {
            _logger.LogWarning(
                "The run began with {Before} and goes on with {Now}: its weights will not be bit for bit those of an uninterrupted run.",
                _state.Engine, _engine.Description);
        }
        _logger.LogInformation("Going on from update {Update} of {Updates}.", _state.Update, _updates);
    }

    private void TrainEpoch(CancellationToken cancellationToken)
    {
        if (_state.UpdateInEpoch == _updatesAnEpoch)
            return;
        _features = _task.Training.ForEpoch(_state.Epoch);
        int[][] plan = EpochPlan.Create(_features, _options, _state.Epoch);
        while (_state.UpdateInEpoch < plan.Length)
        {
            Update(plan[_state.UpdateInEpoch], cancellationToken);
            if (_sinceCheckpoint.Elapsed >= _options.CheckpointEvery && _skippedInARow == 0)
                Save();
        }
    }

    private void EvaluateEpoch(CancellationToken cancellationToken)
    {
        int count = _task.Validation.Count;
        TaskMetrics metrics = Evaluator.Evaluate(
            _engine,
            _task.Validation,
            _options.MicroBatchTokens,
            done => Report(TrainingPhase.Evaluating, (double)done / count),
            cancellationToken);
        var epoch = new ReportEpoch(
            _state.Epoch + 1, _state.EpochExamples == 0 ? double.NaN : _state.EpochLoss / _state.EpochExamples, metrics);
        _state.Epochs.Add(epoch);
        _logger.LogInformation(
            "Epoch {Epoch} of {Epochs}: training loss {Loss:0.0000}, validation loss {ValidationLoss:0.0000}, {Metrics}",
            epoch.Epoch, _options.Epochs, epoch.TrainingLoss, metrics.Loss, metrics);

        // What is not a number is never the best, and of no use to anyone.
        if (!double.IsFinite(metrics.Loss) || double.IsNaN(metrics.Primary))
        {
            _logger.LogWarning("The validation loss or {Metric} of epoch {Epoch} is not a number.", metrics.PrimaryName, epoch.Epoch);
        }
        else if (_state.BestEpoch == 0 || metrics.Primary > _state.Epochs[_state.BestEpoch - 1].Metrics.Primary)
        {
            _state.BestEpoch = epoch.Epoch;
            _checkpoints.SaveBest(_state, _engine);
        }
        Report(TrainingPhase.Evaluating, 1, metrics);
        _state.Epoch++;
        _state.UpdateInEpoch = 0;
        (_state.EpochLoss, _state.EpochExamples) = (0, 0);
        if (_options.Patience > 0 && epoch.Epoch - _state.BestEpoch >= _options.Patience && _state.Epoch < _options.Epochs)
        {
            _state.StoppedEarly = true;
            _logger.LogInformation(
                "Stopping: no better model in {Patience} epochs; the best was epoch {Best}.", _options.Patience, _state.BestEpoch);
        }
    }

    private void Save()
    {
        _state.Elapsed += _clock.Elapsed;
        _clock.Restart();
        _state.OptimizerStep = _engine.OptimizerStep;
        _checkpoints.Save(_state, _engine, _optimized);
        _sinceCheckpoint.Restart();
    }

    private void Report(TrainingPhase phase, double evaluationDone = 0, TaskMetrics? metrics = null) =>
        _progress?.Report(new TrainingProgress
        {
            Phase = phase,
            Epoch = _state.Epoch + 1,
            Epochs = _options.Epochs,
            Update = _state.Update,
            Updates = _updates,
            EvaluationDone = evaluationDone,
            Loss = _lastLoss,
            LearningRate = _lastRate,
            GradientNorm = _lastNorm,
            SkippedUpdates = _state.SkippedUpdates,
            ExamplesPerSecond = _session.ExamplesPerSecond,
            TokensPerSecond = _session.TokensPerSecond,
            Elapsed = _state.Elapsed + _clock.Elapsed,
            // Evaluations and checkpoints since this process began are in the clock, so that their share is expected of the rest.
            Remaining = _session.Updates == 0 ? null : _sinceStart.Elapsed * ((double)(_updates - _state.Update) / _session.Updates),
            Metrics = metrics,
        });

    /// <summary>What this process has trained, for rates that a resumed run's earlier part has no say in.</summary>
    private sealed class SessionRate
    {
        private long _examples;
        private long _tokens;
        private double _seconds;

        public long Updates { get; private set; }

        public double ExamplesPerSecond => _seconds == 0 ? 0 : _examples / _seconds;

        public double TokensPerSecond => _seconds == 0 ? 0 : _tokens / _seconds;

        public void Add(int examples, int tokens, TimeSpan taken)
        {
            Updates++;
            _examples += examples;
            _tokens += tokens;
            _seconds += taken.TotalSeconds;
        }
    }
}
