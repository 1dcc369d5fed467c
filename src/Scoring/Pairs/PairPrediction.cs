namespace BertMLNet.Scoring;

/// <summary>What the model says of one pair.</summary>
/// <param name="Label">The most probable class's name.</param>
/// <param name="LabelIndex">The most probable class's index in <c>PairClassifier.Labels</c>.</param>
/// <param name="Logits">The raw scores, one a class, in the order of <c>PairClassifier.Labels</c>.</param>
/// <param name="Probabilities">The softmax of the logits.</param>
public readonly record struct PairPrediction(
    string Label, int LabelIndex, ReadOnlyMemory<float> Logits, ReadOnlyMemory<float> Probabilities);
