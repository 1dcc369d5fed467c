using System.Diagnostics;

namespace BertMLNet.Training;

public sealed partial class Trainer
{
    /// <summary>Runs since the state's elapsed time was last brought up to date.</summary>
    private readonly Stopwatch _clock = new();
    private readonly Stopwatch _sinceStart = new();
    private readonly Stopwatch _sinceCheckpoint = Stopwatch.StartNew();
    private readonly SessionRate _session = new();
    private double _lastLoss;
    private double _lastRate;
    private double _lastNorm;

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
