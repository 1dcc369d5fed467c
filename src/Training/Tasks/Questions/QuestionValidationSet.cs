using System.Security.Cryptography;
using System.Text;
using BertMLNet.Modeling;
using BertMLNet.Scoring;

namespace BertMLNet.Training;

/// <summary>
/// The windows of questions with known answers, to judge a model on. Every question is judged, whether or not it could be trained on.
/// </summary>
internal sealed class QuestionValidationSet : IValidationSet
{
    private readonly QuestionAnsweringOptions _options;
    private readonly QuestionWindowList _windows;
    private readonly List<Judged> _questions = [];
    private readonly List<QuestionExample> _unreadable = [];

    private QuestionValidationSet(QuestionEncoder encoder, QuestionAnsweringOptions options, bool mayHaveNoAnswer)
    {
        _options = options;
        _windows = new QuestionWindowList(encoder, mayHaveNoAnswer);
    }

    public int Count => _windows.Sequences.Count;

    /// <summary>The number of questions.</summary>
    public int QuestionCount => _questions.Count + _unreadable.Count;

    /// <summary>Whether some question has no answer.</summary>
    internal bool SomeUnanswerable => _windows.SomeUnanswerable || _unreadable.Exists(example => example.KnownAnswers.Count == 0);

    /// <summary>Tokenizes questions. "No answer" is an outcome where some have none, or where the model learns to say so.</summary>
    public static QuestionValidationSet Build(
        IEnumerable<QuestionExample> examples,
        QuestionEncoder encoder,
        QuestionAnsweringOptions options,
        QuestionDataReport report,
        bool mayHaveNoAnswer = false,
        CancellationToken cancellationToken = default)
    {
        // One candidate is all that metrics need.
        var set = new QuestionValidationSet(encoder, options with { NBestSize = 1 }, mayHaveNoAnswer);
        var source = new QuestionAligner(encoder, report);
        foreach (QuestionExample example in examples)
        {
            cancellationToken.ThrowIfCancellationRequested();
            EncodedQuestion question = source.Encode(example);
            bool aligned = source.TryAlign(example, question, out (int First, int Last)? answer);
            if (question.Windows.Length == 0)
            {
                set._unreadable.Add(example);
                continue;
            }
            set._questions.Add(new(example, question, set.Count, aligned));
            set._windows.Add(question, answer, answerable: example.KnownAnswers.Count > 0);
        }
        return set;
    }

    public int LengthOf(int index) => _windows.Sequences.LengthOf(index);

    public string Locate(int index) => _questions[_windows.QuestionOf(index)].Example.ToString();

    /// <summary>A hash of the windows and of the answers that are right, which no batch holds.</summary>
    public string Fingerprint
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(Encoding.UTF8.GetBytes(DataHash.Of(this)));
            foreach (QuestionExample example in _questions.Select(question => question.Example).Concat(_unreadable))
            {
                hash.AppendData([(byte)example.KnownAnswers.Count]);
                foreach (GoldAnswer answer in example.KnownAnswers)
                    hash.AppendData(Encoding.UTF8.GetBytes(answer.Text + '\0'));
            }
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    public PackedBatch Pack(ReadOnlySpan<int> indices) => _windows.Sequences.Pack(indices, targets: null);

    public IEvaluation BeginEvaluation() => new Evaluation(this);

    private sealed record Judged(QuestionExample Example, EncodedQuestion Question, int FirstWindow, bool Aligned);

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
