namespace BertMLNet.Training;

/// <summary>One epoch as the report's tables and curves show it.</summary>
/// <param name="Epoch">The epoch's number, from 1.</param>
/// <param name="TrainingLoss">The mean training loss over the epoch.</param>
/// <param name="Metrics">What the model reached on the validation part after it.</param>
public sealed record ReportEpoch(int Epoch, double TrainingLoss, TaskMetrics Metrics);
