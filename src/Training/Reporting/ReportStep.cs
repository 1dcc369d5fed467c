namespace BertMLNet.Training;

/// <summary>One update as the report's curves show it.</summary>
/// <param name="Step">The update's number, from 1.</param>
/// <param name="Loss">Its training loss.</param>
/// <param name="LearningRate">Its learning rate.</param>
public readonly record struct ReportStep(long Step, double Loss, double LearningRate);
