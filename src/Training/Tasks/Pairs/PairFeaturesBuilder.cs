using System.Globalization;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>Tokenizes pairs as they are read, so that only their tokens stay in memory.</summary>
public static class PairFeaturesBuilder
{
    /// <summary>Rows tokenized together.</summary>
    private const int BlockRows = 1024;

    /// <summary>Reads all of a source's labelled pairs.</summary>
    /// <param name="source">The source, unread; a file must have been opened with labels.</param>
    /// <param name="encode">Makes the model's inputs.</param>
    /// <param name="labels">
    /// The classes, by index, where they are known: those of the model, or of the training data. A label must be one of
    /// them, or the index of one. Null to take the source's own (<see cref="IPairSource.KnownLabels"/>), or else the
    /// labels found, sorted: as numbers where all are integers, otherwise by their characters' codes.
    /// </param>
    /// <param name="metric">The metric that decides between checkpoints.</param>
    /// <param name="cancellationToken">Checked at each row.</param>
    /// <exception cref="BertMLNetException">The source has no rows, an unknown label or only one class, or a row is bad.</exception>
    public static LabelledPairs Build(
        IPairSource source,
        PairEncoder encode,
        IReadOnlyList<string>? labels = null,
        string metric = ClassificationMetrics.AccuracyName,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(encode);
        ClassificationMetrics.CheckName(metric);
        labels ??= source.KnownLabels;
        LabelMap? known = labels is null ? null : new LabelMap(labels);
        var found = new List<string>(labels ?? []);
        var classOf = new Dictionary<string, int>();
        var sequences = new TokenSequences();
        var classes = new List<int>();
        var lines = new List<long>();
        var sentences1 = new List<string>(BlockRows);
        var sentences2 = new List<string>(BlockRows);
        foreach (PairExample example in source.Read(cancellationToken))
        {
            string label = example.Label!;
            int index;
            if (known is null)
            {
                if (!classOf.TryGetValue(label, out index))
                {
                    classOf.Add(label, index = found.Count);
                    found.Add(label);
                }
            }
            else if (!known.TryGetIndex(label, out index))
            {
                source.Report(example.Line, known.Unknown(label));
                continue;
            }
            classes.Add(index);
            lines.Add(example.Line);
            sentences1.Add(example.Sentence1);
            sentences2.Add(example.Sentence2 ?? "");
            if (sentences1.Count == BlockRows)
                Tokenize();
        }
        Tokenize();
        if (classes.Count == 0)
            throw new BertMLNetException($"{source.Name}: there are no rows; expected labelled sentences.");

        var features = new LabelledPairs(
            source.Name, found, sequences, [.. classes], [.. lines], [.. Enumerable.Range(0, classes.Count)], metric);
        if (labels is not null)
            return features;
        return found.Count >= 2
            ? features.WithLabelOrder(Sorted(found))
            : throw new BertMLNetException($"{source.Name}: every row has the label '{found[0]}'; expected two classes or more.");

        void Tokenize()
        {
            encode(sentences1, source.HasPairs ? sentences2 : null, sequences);
            sentences1.Clear();
            sentences2.Clear();
        }
    }

    private static string[] Sorted(List<string> labels)
    {
        bool numbers = labels.TrueForAll(label => long.TryParse(label, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _));
        return
        [
            .. labels
                .OrderBy(label => numbers ? long.Parse(label, CultureInfo.InvariantCulture) : 0)
                .ThenBy(label => label, StringComparer.Ordinal),
        ];
    }
}
