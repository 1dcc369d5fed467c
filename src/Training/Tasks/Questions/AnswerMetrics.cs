namespace BertMLNet.Training;

/// <summary>Compares a predicted answer with the right ones as SQuAD's published evaluation scripts do.</summary>
internal static class AnswerMetrics
{
    /// <summary>
    /// Whether the prediction, empty for "no answer", equals any of the right answers, if there are any, once all are normalised.
    /// </summary>
    public static bool ExactMatch(string prediction, IReadOnlyList<string> golds)
    {
        string normalized = AnswerNormalizer.Normalize(prediction);
        if (golds.Count == 0)
            return normalized.Length == 0;
        foreach (string gold in golds)
        {
            if (AnswerNormalizer.Normalize(gold) == normalized)
                return true;
        }
        return false;
    }

    /// <summary>
    /// The best F1 over the right answers, from 0 to 1: the harmonic mean of precision and recall over the bags of
    /// normalised words.
    /// </summary>
    /// <param name="prediction">The predicted answer; empty for none.</param>
    /// <param name="golds">The right answers; none where the question has no answer.</param>
    /// <param name="version">
    /// Where either side has no words, version 2 gives 1 if both have none; version 1 gives 0 even then.
    /// </param>
    public static double F1(string prediction, IReadOnlyList<string> golds, SquadVersion version)
    {
        string[] predicted = Words(prediction);
        if (golds.Count == 0)
            return F1(predicted, [], version);
        double best = 0;
        foreach (string gold in golds)
            best = Math.Max(best, F1(predicted, Words(gold), version));
        return best;
    }

    private static double F1(string[] predicted, string[] gold, SquadVersion version)
    {
        if (predicted.Length == 0 || gold.Length == 0)
            return version == SquadVersion.V2 && predicted.Length == gold.Length ? 1 : 0;
        var left = new Dictionary<string, int>(gold.Length);
        foreach (string word in gold)
            left[word] = left.GetValueOrDefault(word) + 1;
        int common = 0;
        foreach (string word in predicted)
        {
            if (left.TryGetValue(word, out int count) && count > 0)
            {
                left[word] = count - 1;
                common++;
            }
        }
        return common == 0 ? 0 : 2.0 * common / (predicted.Length + gold.Length);
    }

    private static string[] Words(string answer)
    {
        string normalized = AnswerNormalizer.Normalize(answer);
        return normalized.Length == 0 ? [] : normalized.Split(' ');
    }
}

/// <summary>
/// Whose rules answers are judged by. They differ only where a question has no answer, or one that normalises to nothing.
/// </summary>
internal enum SquadVersion
{
    /// <summary>Every question has an answer in its passage (Rajpurkar et al. 2016).</summary>
    V1,

    /// <summary>Some questions have none, and saying so is the right answer to them (Rajpurkar et al. 2018).</summary>
    V2,
}
