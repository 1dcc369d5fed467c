using System.Globalization;
using System.Text.Json;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>
/// What models of pairs give: a class, any number of labels, or a value. How they are measured and what is written of a row.
/// </summary>
internal abstract class PairKind
{
    private static readonly PairKind[] All = [new ValueKind(), new LabelsKind(), new ClassKind()];

    /// <summary>Whether rows may be ranked in groups.</summary>
    public virtual bool HasGroups => false;

    /// <summary>What a model's configuration says that it gives.</summary>
    public static PairKind Of(BertConfig config) => All.First(kind => kind.Fits(config));

    /// <summary>Measures a model on labelled rows.</summary>
    public abstract TaskEvaluation Evaluate(
        string folder, ScoringOptions scoring, PairFile file, Action<int> onProgress, CancellationToken cancellationToken);

    /// <summary>Loads a model to score rows with.</summary>
    public abstract IScoringJob Load(string folder, ScoringOptions scoring, Func<Action<BertMLNetException>?, PairFile> open);

    /// <summary>Whether a model with this configuration is of this kind, and of none before it.</summary>
    protected abstract bool Fits(BertConfig config);

    private static string Text(float number) => number.ToString(CultureInfo.InvariantCulture);

    private static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<float> numbers)
    {
        json.WriteStartArray(name);
        foreach (float number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static void WriteScores(Utf8JsonWriter json, IReadOnlyList<string> labels, ReadOnlySpan<float> scores)
    {
        json.WriteStartObject("scores");
        for (int i = 0; i < labels.Count; i++)
            json.WriteNumber(labels[i], scores[i]);
        json.WriteEndObject();
    }

    private sealed class ClassKind : PairKind
    {
        protected override bool Fits(BertConfig config) => true;

        public override TaskEvaluation Evaluate(
            string folder, ScoringOptions scoring, PairFile file, Action<int> onProgress, CancellationToken cancellationToken)
        {
            using PairClassifier classifier = PairClassifier.Load(folder, scoring);
            ClassificationMetrics metrics = PairEvaluator.Evaluate(classifier, file, onProgress, cancellationToken);
            return new(metrics.WriteProperties, output => Write(output, metrics));
        }

        public override IScoringJob Load(string folder, ScoringOptions scoring, Func<Action<BertMLNetException>?, PairFile> open)
        {
            var classifier = PairClassifier.Load(folder, scoring);
            return new Job<PairPrediction>(
                classifier,
                open,
                ["label", .. classifier.Labels.Select(label => $"score_{label}")],
                row => [row.Label, .. row.Probabilities.ToArray().Select(Text)],
                (json, row) =>
                {
                    json.WriteString("label", row.Label);
                    WriteScores(json, classifier.Labels, row.Probabilities.Span);
                    WriteNumbers(json, "logits", row.Logits.Span);
                });
        }

        private static void Write(TextWriter output, ClassificationMetrics metrics)
        {
            output.WriteLine(Shown.Plain($"{metrics.Count} rows: {metrics}"));
            output.WriteLine();
            TextTable.Write(
                output,
                ["right \\ predicted", .. metrics.Labels],
                [
                    .. metrics.Labels.Select((label, right) => (IReadOnlyList<string>)
                    [
                        label,
                        .. metrics.Labels.Select(
                            (_, predicted) => metrics.Confusion(right, predicted).ToString(CultureInfo.InvariantCulture)),
                    ]),
                ],
                [.. Enumerable.Range(1, metrics.Labels.Count)]);
        }
    }

    private sealed class LabelsKind : PairKind
    {
        protected override bool Fits(BertConfig config) => config.Head == Heads.Labels;

        public override TaskEvaluation Evaluate(
            string folder, ScoringOptions scoring, PairFile file, Action<int> onProgress, CancellationToken cancellationToken)
        {
            using MultiLabelClassifier classifier = MultiLabelClassifier.Load(folder, scoring);
            MultiLabelMetrics metrics = PairEvaluator.Evaluate(classifier, file, onProgress, cancellationToken);
            return new(metrics.WriteProperties, output =>
            {
                output.WriteLine(Shown.Plain($"{metrics.Count} rows: {metrics}"));
                output.WriteLine();
                ReportTable labels = metrics.Tables[0];
                TextTable.Write(output, labels.Columns, labels.Rows, [.. Enumerable.Range(1, labels.Columns.Count - 1)]);
            });
        }

        public override IScoringJob Load(string folder, ScoringOptions scoring, Func<Action<BertMLNetException>?, PairFile> open)
        {
            var classifier = MultiLabelClassifier.Load(folder, scoring);
            return new Job<MultiLabelPrediction>(
                classifier,
                open,
                ["labels", .. classifier.Labels.Select(label => $"score_{label}")],
                row => [string.Join(',', row.Labels), .. row.Probabilities.ToArray().Select(Text)],
                (json, row) =>
                {
                    json.WriteStartArray("labels");
                    foreach (string label in row.Labels)
                        json.WriteStringValue(label);
                    json.WriteEndArray();
                    WriteScores(json, classifier.Labels, row.Probabilities.Span);
                    WriteNumbers(json, "logits", row.Logits.Span);
                });
        }
    }

    private sealed class ValueKind : PairKind
    {
        public override bool HasGroups => true;

        protected override bool Fits(BertConfig config) => config.NumLabels == 1;

        public override TaskEvaluation Evaluate(
            string folder, ScoringOptions scoring, PairFile file, Action<int> onProgress, CancellationToken cancellationToken)
        {
            using PairScorer scorer = PairScorer.Load(folder, scoring);
            ScoreMetrics metrics = PairEvaluator.Evaluate(scorer, file, onProgress, cancellationToken);
            return new(metrics.WriteProperties, output => output.WriteLine(Shown.Plain($"{metrics.Count} rows: {metrics}")));
        }

        public override IScoringJob Load(string folder, ScoringOptions scoring, Func<Action<BertMLNetException>?, PairFile> open) =>
            new Job<PairScore>(
                PairScorer.Load(folder, scoring),
                open,
                ["score"],
                row => [Text(row.Score)],
                (json, row) =>
                {
                    json.WriteNumber("score", row.Score);
                    WriteNumbers(json, "logits", row.Logits.Span);
                });
    }

    /// <summary>Scores the rows of an input.</summary>
    /// <param name="model">The model, which is the job's from now on.</param>
    /// <param name="open">Opens the input.</param>
    /// <param name="columns">The columns of TSV.</param>
    /// <param name="cells">A row's cells in them.</param>
    /// <param name="write">Writes a row's properties of JSON.</param>
    private sealed class Job<TResult>(
        TextPairModel<TResult> model, Func<Action<BertMLNetException>?, PairFile> open, IReadOnlyList<string> columns,
        Func<TResult, IEnumerable<string>> cells, Action<Utf8JsonWriter, TResult> write)
        : ScoringJob<TextPair, TResult>
    {
        public override IReadOnlyList<string> Columns => columns;

        public override void Dispose() => model.Dispose();

        protected override IEnumerable<TextPair> Read(Action<BertMLNetException>? onBadRow, CancellationToken cancellationToken)
        {
            using PairFile file = open(onBadRow);
            if (!file.IsEmpty)
                file.RequireKindOf(model);
            foreach (PairExample example in file.Read(cancellationToken))
                yield return new TextPair(example.Sentence1, example.Sentence2);
        }

        protected override IEnumerable<TResult> Score(IEnumerable<TextPair> rows, CancellationToken cancellationToken) =>
            model.ScoreStream(rows, cancellationToken);

        protected override void Write(ResultWriter results, TextPair row, TResult result)
        {
            if (results.WritesTsv)
                results.WriteCells(cells(result));
            else
                results.WriteObject(json => write(json, result));
        }
    }
}
