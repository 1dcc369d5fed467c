namespace BertMLNet.Training;

/// <summary>
/// What is told of a training run to those who were not there: <c>training/report.html</c>. The page holds all it needs
/// and no script, so it reads alike in a browser, in a mail and in ten years.
/// </summary>
public sealed partial record TrainingReport
{
    /// <summary>What was trained, on what.</summary>
    public required string Title { get; init; }

    /// <summary>The command that repeats the run.</summary>
    public required string Command { get; init; }

    /// <summary>The few numbers that matter most, shown large.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Highlights { get; init; } = [];

    /// <summary>What one wants to know first, in order: time, throughput, memory, engine, versions.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Facts { get; init; }

    /// <summary>Every setting of the run, in order.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; }

    /// <summary>The updates, in order.</summary>
    public required IReadOnlyList<ReportStep> Steps { get; init; }

    /// <summary>The epochs, in order.</summary>
    public required IReadOnlyList<ReportEpoch> Epochs { get; init; }

    /// <summary>The number of the epoch whose weights were kept; 0 where none was.</summary>
    public int BestEpoch { get; init; }

    /// <summary>What else the task shows.</summary>
    public IReadOnlyList<ReportTable> Tables { get; init; } = [];
}
