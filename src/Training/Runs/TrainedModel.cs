using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>What a training run made.</summary>
/// <param name="Folder">The model folder.</param>
/// <param name="Outcome">How training went.</param>
public sealed record TrainedModel(ModelFolder Folder, TrainingOutcome Outcome);
