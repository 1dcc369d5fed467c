using System.CommandLine;
using System.Globalization;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.Tokenization;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>Finding entities in texts.</summary>
internal sealed class EntityTask(TaskUse use) : CliTask
{
    private readonly Option<int?> _stride = CommonOptions.Number<int>(
        "--stride", "Tokens that neighbouring windows of a long text share; more than half of a window counts as half (default: 64).",
        least: 0);

    private readonly Option<TagScheme> _scheme = new("--tag-scheme")
    {
        Description = "How the model's labels say where entities begin and end: iob2, iob1, iobes or plain. Data tell theirs themselves.",
        DefaultValueFactory = _ => TagScheme.Iob2,
    };

    private readonly Option<EntityAggregation> _aggregation = new("--aggregation")
    {
        Description = "How a word's label comes of its tokens': first, max or average, as in Hugging Face's pipeline.",
        DefaultValueFactory = _ => EntityAggregation.First,
    };

    private readonly Option<string?> _text = CommonOptions.Optional(
        "--text", "COLUMN", "The column of the texts to find entities in (default: text).");

    public override string Name => "entities";

    public override string Does => "find entities";

    public override string DoesAlone => "finds entities";

    public override Head Head => Heads.Tokens;

    public override IReadOnlyList<Option> Options => use switch
    {
        TaskUse.Training => [_stride, _scheme],
        TaskUse.Evaluation => [_stride, _aggregation],
        TaskUse.Scoring => [_stride, _aggregation, _text],
        _ => [],
    };

    public override string NoEmbeddedTokenizer => "texts are cut into windows outside the graph";

    public override TrainingRunOptions ReadTraining(ParseResult arguments, string trainingPath, string? validationPath)
    {
        var defaults = new EntityFineTuningOptions { ModelPath = "", OutputPath = "", Training = EntityReader.Read(trainingPath) };
        return defaults with
        {
            Validation = validationPath is null ? null : EntityReader.Read(validationPath),
            Stride = arguments.GetValue(_stride) ?? defaults.Stride,
            Scheme = arguments.GetValue(_scheme),
        };
    }

    public override TaskEvaluation Evaluate(
        ParseResult arguments, ModelFolder model, string data, ScoringOptions scoring, Action<int> onProgress,
        CancellationToken cancellationToken)
    {
        using var recognizer = EntityRecognizer.Load(model.FolderPath, Read(arguments), scoring);
        EntityMetrics metrics = EntityEvaluator.Evaluate(
            recognizer, EntityReader.Read(data, cancellationToken), onProgress, cancellationToken);
        return metrics.Texts > 0
            ? new(metrics.WriteProperties, output => Write(output, metrics))
            : throw new BertMLNetException($"{data}: there are no texts; expected some with their entities.");
    }

    public override IScoringJob OpenScoring(
        ParseResult arguments, CliTerminal terminal, ModelFolder model, string input, ScoringOptions scoring)
    {
        string[] columns = [arguments.GetValue(_text) ?? "text"];
        return new Job(EntityRecognizer.Load(model.FolderPath, Read(arguments), scoring), columns, onBadRow =>
            TableInputOptions.Open(terminal, input, new TableOptions { OnBadRow = onBadRow }));
    }

    public override IFeatureSet ReadRows(
        ModelFolder model, BertConfig config, WordPieceTokenizer tokenizer, string? data, int count, CancellationToken cancellationToken)
    {
        // A file need not tell any entities.
        IEnumerable<EntityExample> examples = data is null
            ? PairTask.ReadSentences(data, count, cancellationToken)
                .Select(pair => new EntityExample { Text = pair.Sentence1, Location = "generated" })
            : EntityReader.Read(data, labelled: false, cancellationToken);
        return EntityFeatures.Build(examples.Take(count), model, config, tokenizer, cancellationToken);
    }

    private EntityOptions Read(ParseResult arguments) =>
        new() { Aggregation = arguments.GetValue(_aggregation), Stride = arguments.GetValue(_stride) };

    private static void Write(TextWriter output, EntityMetrics metrics)
    {
        TextTable.Write(
            output,
            ["type", "precision", "recall", "F1", "support"],
            [
                .. metrics.Types.Append(new("all", metrics.All)).Select(type => (IReadOnlyList<string>)
                [
                    type.Key, Fraction(type.Value.Precision), Fraction(type.Value.Recall), Fraction(type.Value.F1),
                    type.Value.Support.ToString(CultureInfo.InvariantCulture),
                ]),
            ],
            [1, 2, 3, 4]);
    }

    private static string Fraction(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    /// <summary>Finds the entities of an input's texts. The model is the job's from now on.</summary>
    private sealed class Job(EntityRecognizer recognizer, string[] columns, Func<Action<BertMLNetException>?, TableReader> open)
        : ScoringJob<string, IReadOnlyList<RecognizedEntity>>
    {
        public override IReadOnlyList<string> Columns { get; } = ["entities"];

        public override void Dispose() => recognizer.Dispose();

        protected override IEnumerable<string> Read(Action<BertMLNetException>? onBadRow, CancellationToken cancellationToken)
        {
            using TableReader table = open(onBadRow);
            foreach (TableRow row in table.Read(columns, cancellationToken))
                yield return row.Values[0];
        }

        protected override IEnumerable<IReadOnlyList<RecognizedEntity>> Score(
            IEnumerable<string> rows, CancellationToken cancellationToken) => recognizer.RecognizeStream(rows, cancellationToken);

        protected override void Write(ResultWriter results, string row, IReadOnlyList<RecognizedEntity> result)
        {
            if (results.WritesTsv)
            {
                results.WriteCells([RecognizedEntity.ToJson(result)]);
                return;
            }
            results.WriteObject(json =>
            {
                json.WritePropertyName("entities");
                RecognizedEntity.Write(json, result);
            });
        }
    }
}
