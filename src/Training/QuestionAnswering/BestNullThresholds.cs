namespace BertMLNet.Training;

/// <summary>
/// The thresholds on the null score difference that give a set of questions its best scores: "no answer" is said
/// where the difference is above the threshold.
/// </summary>
/// <param name="ExactMatch">The best exact match, a fraction.</param>
/// <param name="ExactMatchThreshold">The lowest threshold that gives it.</param>
/// <param name="F1">The best F1, a fraction.</param>
/// <param name="F1Threshold">The lowest threshold that gives it.</param>
public sealed record BestNullThresholds(double ExactMatch, double ExactMatchThreshold, double F1, double F1Threshold);
