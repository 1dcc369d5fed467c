using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>What fine-tuning made.</summary>
/// <param name="Folder">The model folder.</param>
/// <param name="Outcome">How training went.</param>
public sealed record FineTuneResult(ModelFolder Folder, TrainingOutcome Outcome);
