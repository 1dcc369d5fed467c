using BertMLNet.Modeling;
using BertMLNet.Scoring;

namespace BertMLNet.Training;

/// <summary>
/// Gathers predictions question by question and gives exact match and F1 by SQuAD's rules. It keeps a few numbers a
/// question and no text.
/// </summary>
/// <param name="version">Whose rules hold; where it is null, version 2's if some question has no answer, and version 1's otherwise.</param>
internal sealed class QuestionEvaluator(SquadVersion? version = null)
{
    private readonly List<Judged> _questions = [];
    private bool _someUnanswerable;

    /// <summary>Answers questions and judges the answers, in one pass over examples of any number.</summary>
    /// <param name="answerer">Answers the questions.</param>
    /// <param name="examples">The questions with their right answers.</param>
    /// <param name="nullThreshold">
    /// See <see cref="Compute"/>; where it is null, the answerer's own, and where that has none, "no answer" is never said.
    /// </param>
    /// <param name="onProgress">Is told how many questions are done.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    /// <exception cref="BertMLNetException">A question does not say what its answers are.</exception>
    public static QuestionMetrics Evaluate(
        QuestionAnswerer answerer,
        IEnumerable<QuestionExample> examples,
        double? nullThreshold = null,
        Action<int>? onProgress = null,
        CancellationToken cancellationToken = default)
    {
        double? threshold = nullThreshold ?? answerer.Options.NullThreshold;
        // Who may say "no answer" may say it of questions that have one.
        var evaluator = new QuestionEvaluator(threshold is null ? null : SquadVersion.V2);
        var asked = new Queue<QuestionExample>();
        IEnumerable<QuestionInput> inputs = examples.Select(example =>
        {
            asked.Enqueue(example);
            return new QuestionInput(example.Question, example.Context);
        });
        int done = 0;
        foreach (QuestionAnswer answer in answerer.AnswerStream(inputs, cancellationToken))
        {
            evaluator.Add(asked.Dequeue(), answer);
            onProgress?.Invoke(++done);
        }
        return evaluator.Compute(threshold ?? double.PositiveInfinity);
    }

    /// <summary>Adds a question's prediction.</summary>
    /// <param name="golds">The right answers' texts; none where the question has no answer.</param>
    /// <param name="prediction">The best answer that is not "no answer"; empty where the passage offers none.</param>
    /// <param name="nullScoreDifference">
    /// The score of "no answer" less that of <paramref name="prediction"/>, infinite where there is no other answer. It
    /// counts under version 2's rules alone.
    /// </param>
    public void Add(IReadOnlyList<string> golds, string prediction, double nullScoreDifference)
    {
        bool hasAnswer = golds.Count > 0;
        _someUnanswerable |= !hasAnswer;
        // Version 2's script leaves out answers that are nothing but punctuation and articles.
        string[] lasting = [.. golds.Where(gold => AnswerNormalizer.Normalize(gold).Length > 0)];
        _questions.Add(new(hasAnswer, Score(golds, SquadVersion.V1), Score(lasting, SquadVersion.V2), nullScoreDifference));

        AnswerScore Score(IReadOnlyList<string> golds, SquadVersion rules) =>
            new(AnswerMetrics.ExactMatch(prediction, golds) ? 1 : 0, AnswerMetrics.F1(prediction, golds, rules));
    }

    /// <summary>Adds a question's answer.</summary>
    /// <exception cref="BertMLNetException">The right answers are not known.</exception>
    public void Add(QuestionExample example, QuestionAnswer answer)
    {
        Add(
            [.. example.KnownAnswers.Select(gold => gold.Text)],
            answer.BestSpan?.Text ?? "",
            answer.NullScoreDifference ?? double.PositiveInfinity);
    }

    /// <summary>Gives the metrics of all questions added so far.</summary>
    /// <param name="nullThreshold">
    /// "No answer" is said where the null score difference is above it. It counts under version 2's rules alone.
    /// </param>
    public QuestionMetrics Compute(double nullThreshold = 0)
    {
        if ((version ?? (_someUnanswerable ? SquadVersion.V2 : SquadVersion.V1)) == SquadVersion.V1)
            return Mean(_questions, question => question.Version1);
        List<Judged> answerable = _questions.FindAll(question => question.HasAnswer);
        List<Judged> unanswerable = _questions.FindAll(question => !question.HasAnswer);
        (double exact, double exactThreshold) = Best(score => score.Exact);
        (double f1, double f1Threshold) = Best(score => score.F1);
        return Mean(_questions, AtThreshold) with
        {
            HasAnswer = answerable.Count > 0 ? Mean(answerable, AtThreshold) : null,
            NoAnswer = unanswerable.Count > 0 ? Mean(unanswerable, AtThreshold) : null,
            Best = _questions.Count > 0 ? new(exact, exactThreshold, f1, f1Threshold) : null,
        };

        AnswerScore AtThreshold(Judged question) => question.NullScoreDifference > nullThreshold ? question.OfNone : question.Version2;
    }

    private static QuestionMetrics Mean(List<Judged> questions, Func<Judged, AnswerScore> scoreOf)
    {
        double exact = 0;
        double f1 = 0;
        foreach (Judged question in questions)
        {
            AnswerScore score = scoreOf(question);
            exact += score.Exact;
            f1 += score.F1;
        }
        int count = Math.Max(questions.Count, 1);
        return new() { Count = questions.Count, ExactMatch = exact / count, F1 = f1 / count };
    }

    // Raises the threshold from below every difference; each question it passes turns from "no answer" to its answer.
    private (double Score, double Threshold) Best(Func<AnswerScore, double> figure)
    {
        if (_questions.Count == 0)
            return (0, 0);
        List<Judged> ordered = [.. _questions.OrderBy(question => question.NullScoreDifference)];
        double score = ordered.Sum(question => figure(question.OfNone));
        double best = score;
        double threshold = double.IsFinite(ordered[0].NullScoreDifference) ? ordered[0].NullScoreDifference - 1 : 0;
        for (int i = 0; i < ordered.Count; i++)
        {
            double difference = ordered[i].NullScoreDifference;
            if (double.IsPositiveInfinity(difference))
                break;
            score += figure(ordered[i].Version2) - figure(ordered[i].OfNone);
            bool passedAllEqual = i + 1 == ordered.Count || ordered[i + 1].NullScoreDifference > difference;
            if (passedAllEqual && score > best)
            {
                double next = i + 1 < ordered.Count ? ordered[i + 1].NullScoreDifference : double.PositiveInfinity;
                (best, threshold) = (score, Between(difference, next));
            }
        }
        return (best / ordered.Count, threshold);
    }

    // Away from both, so that another engine's rounding turns neither question.
    private static double Between(double low, double high) => double.IsFinite(high) ? low + ((high - low) / 2) : low + 1;

    private readonly record struct AnswerScore(double Exact, double F1);

    private readonly record struct Judged(bool HasAnswer, AnswerScore Version1, AnswerScore Version2, double NullScoreDifference)
    {
        public AnswerScore OfNone => HasAnswer ? new(0, 0) : new(1, 1);
    }
}
