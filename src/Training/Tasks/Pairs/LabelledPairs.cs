using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>Tokenized pairs with their right answers: what a head over pairs learns from and is judged on.</summary>
internal sealed class LabelledPairs : IValidationSet
{
    /// <summary>Rows tokenized together.</summary>
    private const int BlockRows = 1024;

    private readonly string _source;
    private readonly TokenSequences _sequences;
    private readonly long[] _lines;
    private readonly int[] _members;

    private LabelledPairs(string source, TokenSequences sequences, PairAnswers answers, long[] lines, int[] members)
    {
        _source = source;
        _sequences = sequences;
        Answers = answers;
        _lines = lines;
        _members = members;
    }

    /// <summary>The answers, by row; see <see cref="RowOf"/>.</summary>
    public PairAnswers Answers { get; }

    public int Count => _members.Length;

    /// <summary>Reads all of a source's labelled pairs, tokenized as they are read, so that only their tokens stay in memory.</summary>
    /// <exception cref="BertMLNetException">The source has no rows, labels of which nothing can be learned, or a bad row.</exception>
    public static LabelledPairs Read(
        IPairSource source, PairEncoder encode, PairAnswers answers, CancellationToken cancellationToken = default)
    {
        var sequences = new TokenSequences();
        var lines = new List<long>();
        var sentences1 = new List<string>(BlockRows);
        var sentences2 = new List<string>(BlockRows);
        foreach (PairExample example in source.Read(cancellationToken))
        {
            if (answers.Add(example) is { } error)
            {
                source.Report(example.Line, error);
                continue;
            }
            lines.Add(example.Line);
            sentences1.Add(example.Sentence1);
            sentences2.Add(example.Sentence2 ?? "");
            if (sentences1.Count == BlockRows)
                Tokenize();
        }
        Tokenize();
        return lines.Count > 0
            ? new(source.Name, sequences, answers.Complete(source.Name), [.. lines], [.. Enumerable.Range(0, lines.Count)])
            : throw new BertMLNetException($"{source.Name}: there are no rows; expected labelled sentences.");

        void Tokenize()
        {
            encode(sentences1, source.HasPairs ? sentences2 : null, sequences);
            sentences1.Clear();
            sentences2.Clear();
        }
    }

    public int LengthOf(int index) => _sequences.LengthOf(_members[index]);

    /// <summary>The row of an example, by which the answers know it.</summary>
    public int RowOf(int index) => _members[index];

    /// <summary>The line of the file that an example starts at.</summary>
    public long LineOf(int index) => _lines[_members[index]];

    public string Locate(int index) => $"{_source}, line {LineOf(index)}";

    public PackedBatch Pack(ReadOnlySpan<int> indices)
    {
        Span<int> members = indices.Length <= 256 ? stackalloc int[indices.Length] : new int[indices.Length];
        for (int i = 0; i < indices.Length; i++)
            members[i] = _members[indices[i]];
        return _sequences.Pack(members, Answers.Targets(members));
    }

    public IEvaluation BeginEvaluation() => new Evaluation(this, Answers.Judge());

    /// <summary>The same examples with other answers to their rows.</summary>
    public LabelledPairs With(PairAnswers answers) => new(_source, _sequences, answers, _lines, _members);

    /// <summary>
    /// Sets a part of the examples aside for validation, at least one and of no stratum all, those of each stratum in proportion, and
    /// units as a whole, by seed alone: the same seed gives the same parts.
    /// </summary>
    public (LabelledPairs Training, LabelledPairs Validation) Split(double fraction, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(fraction);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(fraction, 1);
        int[][] units = [.. _members.GroupBy(member => Answers.UnitOf(member) ?? ~member).Select(unit => unit.ToArray())];
        if (units.Length < 2)
        {
            throw new BertMLNetException(
                $"{_source}: {(units is [[_]] ? "1 row" : "1 group of rows")} cannot be split into training and validation; give a validation file.");
        }

        int[] order = [.. Enumerable.Range(0, units.Length)];
        new SeededRandom(Seeds.Derive(seed, Seeds.Purpose.Split)).Shuffle<int>(order);
        var training = new List<int>();
        var validation = new List<int>();
        foreach (IGrouping<int, int> stratum in order.GroupBy(StratumOf).OrderBy(stratum => stratum.Key))
        {
            int[] members = [.. stratum];
            // A class that is set aside altogether cannot be learned.
            int aside = Math.Min((int)Math.Round(members.Length * fraction, MidpointRounding.AwayFromZero), members.Length - 1);
            validation.AddRange(members[..aside]);
            training.AddRange(members[aside..]);
        }
        if (validation.Count == 0)
        {
            // The largest class misses it least.
            int moved = training.GroupBy(StratumOf).MaxBy(stratum => stratum.Count())!.Last();
            training.Remove(moved);
            validation.Add(moved);
        }
        return (Part(training), Part(validation));

        int StratumOf(int unit) => units[unit].Length > 1 ? 0 : Answers.StratumOf(units[unit][0]);

        LabelledPairs Part(List<int> part)
        {
            int[] members = [.. part.SelectMany(unit => units[unit]).Order()];
            return new(_source, _sequences, Answers, _lines, members);
        }
    }

    private sealed class Evaluation(LabelledPairs pairs, IPairJudge judge) : IEvaluation
    {
        public void Add(ReadOnlySpan<int> indices, PackedBatch batch, IReadOnlyDictionary<string, float[]> outputs)
        {
            float[] logits = outputs[TensorNames.Logits];
            int width = logits.Length / indices.Length;
            for (int i = 0; i < indices.Length; i++)
                judge.Add(pairs.RowOf(indices[i]), logits.AsSpan(i * width, width));
        }

        public TaskMetrics Complete() => judge.Complete();
    }
}
