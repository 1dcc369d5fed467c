using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.Tokenization;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>Answering questions with a span of a passage.</summary>
internal sealed class QuestionTask(TaskUse use) : CliTask
{
    private readonly Option<int?> _docStride = CommonOptions.Number<int>(
        "--doc-stride", "Passage tokens that neighbouring windows share; more than half of a window counts as half (default: 128).",
        least: 0);

    private readonly Option<int?> _maxQueryLength = CommonOptions.Positive(
        "--max-query-length", "Cut questions to N tokens (default: 64).");
    private readonly Option<int?> _maxAnswerLength = CommonOptions.Positive(
        "--max-answer-length", "The longest answer in tokens (default: 30).");

    private readonly Option<double?> _nullThreshold = CommonOptions.Number<double>(
        "--null-threshold",
        "Give no answer where its score exceeds the best answer's by more than N (default: what training found best, or never).");

    private readonly Option<int?> _nBest = CommonOptions.Positive("--n-best", "Candidates given with an answer (default: 20).");

    private readonly Option<bool> _fixOffsets = CommonOptions.Flag(
        "--fix-offsets", "Move an answer that does not stand at its answer_start to the nearest place that has its text.");

    public override string Name => "qa";

    public override string Does => "answer questions";

    public override string DoesAlone => "answers questions";

    public override Head Head => Heads.Questions;

    public override IReadOnlyList<Option> Options => use switch
    {
        // Training finds the null threshold by itself.
        TaskUse.Training => [_docStride, _maxQueryLength, _maxAnswerLength, _fixOffsets],
        TaskUse.Evaluation => [_docStride, _maxQueryLength, _maxAnswerLength, _nullThreshold],
        TaskUse.Scoring => [_docStride, _maxQueryLength, _maxAnswerLength, _nullThreshold, _nBest],
        _ => [],
    };

    public override string NoEmbeddedTokenizer => "passages are cut into windows outside the graph";

    public override TrainingRunOptions ReadTraining(ParseResult arguments, string trainingPath, string? validationPath)
    {
        var reading = new QuestionReaderOptions { RequireAnswers = true, FixOffsets = arguments.GetValue(_fixOffsets) };
        var training = new QuestionDataReport();
        var validation = new QuestionDataReport();
        return new QuestionFineTuningOptions
        {
            ModelPath = "",
            OutputPath = "",
            Training = QuestionReader.Read(trainingPath, reading, training),
            Validation = validationPath is null ? null : QuestionReader.Read(validationPath, reading, validation),
            TrainingReport = training,
            ValidationReport = validation,
            Answering = ReadAnswering(arguments, new QuestionAnsweringOptions()),
        };
    }

    public override TaskEvaluation Evaluate(
        ParseResult arguments, ModelFolder model, string data, ScoringOptions scoring, Action<int> onProgress,
        CancellationToken cancellationToken)
    {
        QuestionAnsweringOptions answering = ReadAnswering(arguments, model.LoadConfig().Answering ?? new()) with { NBestSize = 1 };
        using QuestionAnswerer answerer = QuestionAnswerer.Load(model.FolderPath, answering, scoring);
        QuestionMetrics metrics = QuestionEvaluator.Evaluate(
            answerer,
            QuestionReader.Read(data, new QuestionReaderOptions { RequireAnswers = true }, cancellationToken: cancellationToken),
            onProgress: onProgress,
            cancellationToken: cancellationToken);
        return metrics.Count > 0
            ? new(metrics.WriteProperties, output => Write(output, metrics))
            : throw new BertMLNetException($"{data}: there are no questions; expected some with their answers.");
    }

    public override IScoringJob OpenScoring(
        ParseResult arguments, CliTerminal terminal, ModelFolder model, string input, ScoringOptions scoring)
    {
        QuestionAnsweringOptions answering = ReadAnswering(arguments, model.LoadConfig().Answering ?? new());
        return new Job(QuestionAnswerer.Load(model.FolderPath, answering, scoring), (onBadRow, stop) =>
        {
            var options = new QuestionReaderOptions { OnBadRow = onBadRow, IgnoreAnswers = true };
            return terminal.TryOpenStream(input) is { } stream
                ? QuestionReader.Read(stream, CliTerminal.NameOf(input), options, cancellationToken: stop)
                : QuestionReader.Read(input, options, cancellationToken: stop);
        });
    }

    public override void CheckTsv(ParseResult arguments)
    {
        if (new[] { _nBest }.FirstGiven(arguments.CommandResult) is { } nBest)
        {
            throw new UsageException(
                $"{nBest.Name} gives candidates, which JSON lines have room for and TSV has not; name the output .jsonl.");
        }
    }

    public override IFeatureSet ReadRows(
        ModelFolder model, BertConfig config, WordPieceTokenizer tokenizer, string? data, int count, CancellationToken cancellationToken)
    {
        QuestionAnsweringOptions answering = config.Answering ?? new();
        var encoder = QuestionEncoder.For(model, config, tokenizer, maxLength: null, answering);
        // A file need not have any answers.
        IEnumerable<QuestionExample> questions = data is null
            ? new QuestionGenerator(seed: 1).HeldOut(count)
            : QuestionReader.Read(data, new QuestionReaderOptions { IgnoreAnswers = true }, cancellationToken: cancellationToken);
        return QuestionValidationSet.Build(
            questions.Take(count).Select(example => example with { Answers = [] }), encoder, answering, new QuestionDataReport(),
            cancellationToken: cancellationToken);
    }

    public override string DemoWhat => "questions";

    public override Demo CreateDemo(string folder) => QuestionDemo.Create(folder);

    /// <summary>How passages are cut into windows and answers read: what is given, or else the defaults.</summary>
    private QuestionAnsweringOptions ReadAnswering(ParseResult arguments, QuestionAnsweringOptions defaults) => defaults with
    {
        DocStride = arguments.GetValue(_docStride) ?? defaults.DocStride,
        MaxQuestionLength = arguments.GetValue(_maxQueryLength) ?? defaults.MaxQuestionLength,
        MaxAnswerLength = arguments.GetValue(_maxAnswerLength) ?? defaults.MaxAnswerLength,
        NullThreshold = (use == TaskUse.Training ? null : arguments.GetValue(_nullThreshold)) ?? defaults.NullThreshold,
        NBestSize = (use == TaskUse.Scoring ? arguments.GetValue(_nBest) : null) ?? defaults.NBestSize,
    };

    private static void Write(TextWriter output, QuestionMetrics metrics)
    {
        (string Name, QuestionMetrics? Metrics)[] parts =
            [("all questions", metrics), ("with an answer", metrics.HasAnswer), ("without an answer", metrics.NoAnswer)];
        TextTable.Write(
            output,
            ["", "questions", "exact match", "F1"],
            [
                .. from part in parts
                   where part.Metrics is not null
                   let count = part.Metrics.Count.ToString(CultureInfo.InvariantCulture)
                   select (IReadOnlyList<string>)[part.Name, count, Fraction(part.Metrics.ExactMatch), Fraction(part.Metrics.F1)],
            ],
            [1, 2, 3]);
        if (metrics.Best is not { } best)
            return;
        output.WriteLine();
        output.WriteLine(FormattableString.Invariant($"The best F1, {best.F1:0.0000}, would come of --null-threshold {best.F1Threshold}."));
    }

    private static string Fraction(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    /// <summary>Answers the questions of an input. The model is the job's from now on.</summary>
    private sealed class Job(
        QuestionAnswerer answerer, Func<Action<BertMLNetException>?, CancellationToken, IEnumerable<QuestionExample>> open)
        : ScoringJob<QuestionExample, QuestionAnswer>
    {
        public override IReadOnlyList<string> Columns { get; } = ["id", "answer", "start", "end", "score"];

        public override void Dispose() => answerer.Dispose();

        protected override IEnumerable<QuestionExample> Read(Action<BertMLNetException>? onBadRow, CancellationToken cancellationToken) =>
            open(onBadRow, cancellationToken);

        protected override IEnumerable<QuestionAnswer> Score(IEnumerable<QuestionExample> rows, CancellationToken cancellationToken) =>
            answerer.AnswerStream(rows.Select(example => new QuestionInput(example.Question, example.Context)), cancellationToken);

        protected override void Write(ResultWriter results, QuestionExample row, QuestionAnswer result)
        {
            if (results.WritesTsv)
            {
                results.WriteCells(
                    [row.Id ?? "", result.Text, Text(result.Start), Text(result.End), result.Score.ToString(CultureInfo.InvariantCulture)]);
                return;
            }
            results.WriteObject(json =>
            {
                json.WriteString("id", row.Id);
                WriteAnswer(json, result.Text, result.Start, result.End, result.Score);
                json.WriteStartArray("nBest");
                foreach (AnswerCandidate candidate in result.NBest)
                {
                    json.WriteStartObject();
                    WriteAnswer(json, candidate.Text, candidate.Start, candidate.End, candidate.Score);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            });
        }

        private static void WriteAnswer(Utf8JsonWriter json, string text, int? start, int? end, double score)
        {
            json.WriteString("answer", text);
            WritePlace(json, "start", start);
            WritePlace(json, "end", end);
            json.WriteNumber("score", score);
        }

        private static void WritePlace(Utf8JsonWriter json, string name, int? place)
        {
            if (place is { } number)
                json.WriteNumber(name, number);
            else
                json.WriteNull(name);
        }

        private static string Text(int? place) => place?.ToString(CultureInfo.InvariantCulture) ?? "";
    }
}
