namespace BertMLNet.Training;

/// <summary>
/// Where a run stands, weights and moments aside. It is saved between updates only, and there is no generator's state in it:
/// all chance is worked out from the seed and these counters.
/// </summary>
internal sealed class TrainingState
{
    /// <summary>What decides the outcome; see <see cref="TrainingOptions.DecidingSettings"/>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; set; } = new Dictionary<string, string>();

    /// <summary>The engine the run was made with.</summary>
    public string Engine { get; set; } = "";

    /// <summary>The epoch that is being trained, from 0.</summary>
    public int Epoch { get; set; }

    /// <summary>Updates made in this epoch, those left out included.</summary>
    public int UpdateInEpoch { get; set; }

    /// <summary>Updates made in all, those left out included.</summary>
    public long Update { get; set; }

    /// <summary>Updates the optimizer has made.</summary>
    public long OptimizerStep { get; set; }

    public int SkippedUpdates { get; set; }

    /// <summary>The sum of this epoch's losses, each times its examples.</summary>
    public double EpochLoss { get; set; }

    /// <summary>The examples in <see cref="EpochLoss"/>.</summary>
    public long EpochExamples { get; set; }

    /// <summary>The sum of the losses since the last point of the curve.</summary>
    public double PointLoss { get; set; }

    /// <summary>The updates in <see cref="PointLoss"/>.</summary>
    public int PointUpdates { get; set; }

    public long Examples { get; set; }

    public long Tokens { get; set; }

    public TimeSpan Elapsed { get; set; }

    public TimeSpan TrainingTime { get; set; }

    /// <summary>The epoch, from 1, of the best model so far; 0 before the first.</summary>
    public int BestEpoch { get; set; }

    public bool StoppedEarly { get; set; }

    /// <summary>Whether the run is over and its model is written; such a state has no weights.</summary>
    public bool IsFinished { get; set; }

    public List<ReportEpoch> Epochs { get; set; } = [];

    public List<ReportStep> Steps { get; set; } = [];

    public TrainingOutcome ToOutcome() => new()
    {
        Epochs = Epochs,
        Steps = Steps,
        BestEpoch = BestEpoch,
        Updates = Update,
        SkippedUpdates = SkippedUpdates,
        StoppedEarly = StoppedEarly,
        Elapsed = Elapsed,
        TrainingTime = TrainingTime,
        Examples = Examples,
        Tokens = Tokens,
    };
}
