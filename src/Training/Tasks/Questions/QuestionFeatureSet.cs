using BertMLNet.Scoring;

namespace BertMLNet.Training;

/// <summary>The windows of questions with known answers, to train a question answering head on.</summary>
/// <remarks>
/// The loss goes over the passage's tokens. [CLS] stands for "no answer" and takes part where that is an outcome: in
/// every window where some question of the set is unanswerable, and otherwise in the windows of those questions that
/// have a window without their answer. Such a window is trained towards [CLS], as transformers does, which teaches the
/// model to score low where the answer is elsewhere; questions whose every window holds the answer are left alone.
/// </remarks>
public sealed class QuestionFeatureSet : IFeatureSet
{
    private readonly QuestionWindowList _windows;
    private readonly List<string> _locations = [];

    private QuestionFeatureSet(QuestionEncoder encoder) => _windows = new QuestionWindowList(encoder);

    /// <inheritdoc/>
    public int Count => _windows.Sequences.Count;

    /// <summary>The number of questions the windows come from.</summary>
    public int QuestionCount => _windows.QuestionCount;

    /// <summary>Whether some question has no answer in its passage.</summary>
    public bool SomeUnanswerable => _windows.SomeUnanswerable;

    /// <summary>Tokenizes questions. What cannot be trained on is left out, counted and listed.</summary>
    /// <param name="examples">The questions with their answers; the first answer that stands on tokens counts.</param>
    /// <param name="encoder">Makes the windows.</param>
    /// <param name="report">Takes what is noticed on the way.</param>
    /// <param name="cancellationToken">Ends the work between two questions.</param>
    public static QuestionFeatureSet Build(
        IEnumerable<QuestionExample> examples, QuestionEncoder encoder, QuestionDataReport report, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(report);
        var set = new QuestionFeatureSet(encoder);
        var source = new QuestionAligner(encoder, report);
        foreach (QuestionExample example in examples)
        {
            cancellationToken.ThrowIfCancellationRequested();
            EncodedQuestion question = source.Encode(example);
            if (question.Windows.Length == 0)
            {
                report.EmptyQuestions++;
                report.Note(example, "the question or the passage has no tokens");
            }
            else if (source.TryAlign(example, question, out (int First, int Last)? answer))
            {
                set._windows.Add(question, answer, answerable: answer is not null);
                set._locations.Add(example.ToString());
            }
        }
        return set;
    }

    /// <inheritdoc/>
    public int LengthOf(int index) => _windows.Sequences.LengthOf(index);

    /// <inheritdoc/>
    public string Locate(int index) => _locations[_windows.QuestionOf(index)];

    /// <inheritdoc/>
    public PackedBatch Pack(ReadOnlySpan<int> indices)
    {
        var starts = new int[indices.Length];
        var ends = new int[indices.Length];
        int tokens = 0;
        foreach (int index in indices)
            tokens += LengthOf(index);
        var allowed = new bool[tokens];
        int position = 0;
        for (int i = 0; i < indices.Length; i++)
        {
            QuestionWindowTarget target = _windows.TargetOf(indices[i]);
            int length = LengthOf(indices[i]);
            starts[i] = target.Start;
            ends[i] = target.End;
            _windows.MarkAllowed(indices[i], allowed.AsSpan(position, length));
            position += length;
        }
        return _windows.Sequences.Pack(indices, new SpanTargets(starts, ends, allowed));
    }
}
