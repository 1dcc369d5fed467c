using System.Diagnostics;
using BertMLNet.Modeling;
using Microsoft.Extensions.Logging;

namespace BertMLNet.Training;

internal sealed partial class Trainer
{
    /// <summary>So many bad updates in a row mean that the weights themselves are lost.</summary>
    private const int MostSkippedInARow = 50;

    private const int MostRowsNamed = 8;

    private int _skippedInARow;

    /// <summary>
    /// Makes one update: the gradients of all its micro-batches, each loss weighted so that together they are the mean over
    /// the update's examples, then one step of the optimizer.
    /// </summary>
    private void Update(int[] examples, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        int[][] parts = [.. MicroBatches.Split(_features, examples, _options.MicroBatchTokens, _options.Accumulate)];
        PackedBatch[] batches = [.. parts.Select(part => _features.Pack(part))];
        var scale = (float)(1 / batches.Sum(batch => batch.Targets!.TotalWeight));

        double loss = 0;
        int[] suspects = examples;
        for (int i = 0; i < batches.Length && double.IsFinite(loss); i++)
        {
            ulong seed = Seeds.Derive(_options.Seed, Seeds.Purpose.Dropout, _state.Update, i);
            loss += _engine.ForwardBackward(batches[i], scale, seed, cancellationToken);
            suspects = double.IsFinite(loss) ? examples : parts[i];
        }

        double rate = _options.LearningRate * LearningRates.Factor(_options, _state.Update, _updates);
        double norm = double.IsFinite(loss) ? _engine.Apply(RatesOf(rate), _options.ClipNorm) : double.NaN;
        bool good = double.IsFinite(norm);
        if (!good)
            LeaveOut(loss, rate, suspects);

        _skippedInARow = good ? 0 : _skippedInARow + 1;
        _state.SkippedUpdates += good ? 0 : 1;
        _state.Update++;
        _state.UpdateInEpoch++;
        _state.Examples += examples.Length;
        int tokens = batches.Sum(batch => batch.TokenCount);
        _state.Tokens += tokens;
        TimeSpan taken = Stopwatch.GetElapsedTime(started);
        _state.TrainingTime += taken;
        _session.Add(examples.Length, tokens, taken);
        if (good)
            Record(loss, rate, examples.Length);
        (_lastLoss, _lastRate, _lastNorm) = (loss, rate, norm);
        Report(TrainingPhase.Training);
    }

    /// <summary>
    /// Stops with an error over an update that is not finite, or drops its gradients where such updates are to be left out.
    /// </summary>
    private void LeaveOut(double loss, double rate, int[] suspects)
    {
        string rows = string.Join("; ", suspects.Take(MostRowsNamed).Select(_features.Locate));
        if (suspects.Length > MostRowsNamed)
            rows += FormattableString.Invariant($"; and {suspects.Length - MostRowsNamed} more");
        string what = double.IsFinite(loss)
            ? "the gradients are not finite"
            : FormattableString.Invariant($"the loss is {(double.IsNaN(loss) ? "NaN" : "infinite")}");
        string where = FormattableString.Invariant(
            $"{what} at update {_state.Update + 1} of {_updates} (epoch {_state.Epoch + 1}, learning rate {rate:0.###e+0}); rows: {rows}");
        if (!_options.SkipBadSteps)
        {
            throw new BertMLNetException(
                $"training: {where}; lower the learning rate, look at these rows, or leave such updates out (option skip-bad-steps).");
        }
        if (_skippedInARow + 1 >= MostSkippedInARow)
        {
            throw new BertMLNetException(
                $"training: {where}; it is the {MostSkippedInARow}th in a row: lower the learning rate and start anew.");
        }
        _logger.LogWarning("Left out: {Where}.", where);
        if (!double.IsFinite(loss))
            DropGradients();
    }

    /// <summary>Clears what gradients the engine holds: at a rate of 0 nothing is updated with them.</summary>
    private void DropGradients() => _engine.Apply(new float[_groups.Count], 0);

    private float[] RatesOf(double rate) => [.. _groups.Select(group => (float)(rate * group.LearningRateScale))];

    private void Record(double loss, double rate, int examples)
    {
        _state.EpochLoss += loss * examples;
        _state.EpochExamples += examples;
        _state.PointLoss += loss;
        _state.PointUpdates++;
        if (_state.PointUpdates < Math.Max(1, _updates / CurvePoints))
            return;
        _state.Steps.Add(new ReportStep(_state.Update, _state.PointLoss / _state.PointUpdates, rate));
        (_state.PointLoss, _state.PointUpdates) = (0, 0);
    }
}
