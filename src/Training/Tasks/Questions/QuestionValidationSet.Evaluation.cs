using BertMLNet.Modeling;
using BertMLNet.Scoring;

namespace BertMLNet.Training;

public sealed partial class QuestionValidationSet
{
    /// <summary>Answers a question as soon as the logits of all its windows are there, and forgets them.</summary>
    private sealed class Evaluation(QuestionValidationSet set) : IEvaluation
    {
        private readonly WindowLogits[]?[] _logits = new WindowLogits[set._questions.Count][];
        private readonly int[] _missing = [.. set._questions.Select(question => question.Question.Windows.Length)];
        private readonly bool[] _allowed = new bool[set._windows.MaxLength];
        private readonly QuestionEvaluator _evaluator = new(set._windows.MayHaveNoAnswer ? SquadVersion.V2 : null);
        private readonly QuestionReview _review = new();
        private double _loss;
        private int _losses;

        public void Add(ReadOnlySpan<int> indices, PackedBatch batch, IReadOnlyDictionary<string, float[]> outputs)
        {
            float[] starts = outputs[TensorNames.StartLogits], ends = outputs[TensorNames.EndLogits];
            int position = 0;
            for (int i = 0; i < indices.Length; i++)
            {
                int length = batch.Lengths[i];
                Add(indices[i], new(starts[position..(position + length)], ends[position..(position + length)]));
                position += length;
            }
        }

        public TaskMetrics Complete()
        {
            foreach (QuestionExample example in set._unreadable)
                Judge(example, new QuestionAnswer());
            QuestionMetrics metrics = _evaluator.Compute(set._options.NullThreshold ?? 0);
            return new QuestionTaskMetrics(_losses == 0 ? 0 : _loss / _losses, metrics, _review.ToTables(metrics.Best?.F1Threshold));
        }

        private void Add(int window, WindowLogits logits)
        {
            int number = set._windows.QuestionOf(window);
            Judged judged = set._questions[number];
            if (judged.Aligned)
                AddLoss(window, logits);

            WindowLogits[] all = _logits[number] ??= new WindowLogits[judged.Question.Windows.Length];
            all[window - judged.FirstWindow] = logits;
            if (--_missing[number] > 0)
                return;
            _logits[number] = null;
            Judge(judged.Example, SpanDecoder.Decode(judged.Example.Context, judged.Question, all, set._options));
        }

        private void Judge(QuestionExample example, QuestionAnswer answer)
        {
            _evaluator.Add(example, answer);
            _review.Add(example, answer);
        }

        private void AddLoss(int window, WindowLogits logits)
        {
            QuestionWindowTarget target = set._windows.TargetOf(window);
            Span<bool> allowed = _allowed.AsSpan(0, logits.Start.Length);
            allowed.Clear();
            set._windows.MarkAllowed(window, allowed);
            _loss += (CrossEntropy(logits.Start, allowed, target.Start) + CrossEntropy(logits.End, allowed, target.End)) / 2;
            _losses++;
        }

        private static double CrossEntropy(ReadOnlySpan<float> logits, ReadOnlySpan<bool> allowed, int target)
        {
            double largest = double.NegativeInfinity;
            for (int i = 0; i < logits.Length; i++)
                largest = allowed[i] ? Math.Max(largest, logits[i]) : largest;
            double sum = 0;
            for (int i = 0; i < logits.Length; i++)
                sum += allowed[i] ? Math.Exp(logits[i] - largest) : 0;
            return Math.Log(sum) + largest - logits[target];
        }
    }
}
