namespace BertMLNet.Training;

/// <summary>
/// The thresholds on the null score difference that give a set of questions its best scores: "no answer" is said
/// where the difference is above the threshold. Of several thresholds that give the best score the lowest are taken, and
/// of those between two differences the one half way: roundings of another engine then turn neither question. At either
/// end, with no difference beyond, it is 1 away.
/// </summary>
/// <param name="ExactMatch">The best exact match, a fraction.</param>
/// <param name="ExactMatchThreshold">The threshold that gives it.</param>
/// <param name="F1">The best F1, a fraction.</param>
/// <param name="F1Threshold">The threshold that gives it.</param>
public sealed record BestNullThresholds(double ExactMatch, double ExactMatchThreshold, double F1, double F1Threshold);
