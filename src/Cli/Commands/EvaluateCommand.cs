using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary><c>evaluate</c>: how well a model does on labelled data.</summary>
internal sealed class EvaluateCommand : CliCommand
{
    private readonly Option<string> _model = CommonOptions.Model("The fine-tuned model folder, or a checkpoint.");
    private readonly Option<string> _data = new("--data") { Description = "The labelled file.", HelpName = "FILE", Required = true };
    private readonly PairInputOptions _columns = new(labelled: true);
    private readonly QuestionOptionsGroup _answering = new(threshold: true, candidates: false);
    private readonly ScoringOptionsGroup _scoring = new();

    public EvaluateCommand(CliTerminal terminal)
        : base("evaluate", "Measure a model on labelled data: accuracy, F1 and Matthews correlation, or exact match and F1 of answers.", terminal)
    {
        Options.Add(_model);
        Options.Add(_data);
        _columns.AddTo(this);
        _answering.AddTo(this);
        _scoring.AddTo(this);
    }

    protected override async Task RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        ScoringOptions scoring = _scoring.Read(arguments, CreateLogger(arguments));
        using ScoredModel model = await ScoredModel.OpenAsync(Terminal, arguments.ModelPath(_model), scoring.Graph, cancellationToken);
        BertConfig config = ModelFolder.Open(model.Path).LoadConfig();
        if (Architectures.HeadOf(config.Architecture) == TaskHead.QuestionAnswering)
        {
            ForeignOptions.Refuse(arguments, _columns.All, "classify sentences");
            QuestionMetrics metrics = await EvaluateAsync(bar => EvaluateQuestions(arguments, model.Path, config, scoring, bar, cancellationToken));
            Write(arguments, metrics.WriteProperties, output => WriteText(output, metrics));
        }
        else
        {
            ForeignOptions.Refuse(arguments, _answering.All, "answer questions");
            ClassificationMetrics metrics = await EvaluateAsync(bar => EvaluatePairs(arguments, model.Path, scoring, bar, cancellationToken));
            Write(arguments, metrics.WriteProperties, output => WriteText(output, metrics));
        }
    }

    private Task<T> EvaluateAsync<T>(Func<ProgressBar, T> evaluate) =>
        ProgressBar.RunAsync(Terminal, "evaluating", "rows", bar => Task.FromResult(evaluate(bar)));

    private ClassificationMetrics EvaluatePairs(
        ParseResult arguments, string model, ScoringOptions scoring, ProgressBar bar, CancellationToken cancellationToken)
    {
        using PairClassifier classifier = PairClassifier.Load(model, scoring);
        using PairFile file = PairFile.Open(arguments.GetRequiredValue(_data), _columns.Read(arguments));
        return PairEvaluator.Evaluate(classifier, file, done => bar.Report(done, total: null), cancellationToken);
    }

    private QuestionMetrics EvaluateQuestions(
        ParseResult arguments, string model, BertConfig config, ScoringOptions scoring, ProgressBar bar, CancellationToken cancellationToken)
    {
        QuestionAnsweringOptions answering = _answering.Read(arguments, QuestionAnsweringOptions.For(config)) with { NBestSize = 1 };
        using QuestionAnswerer answerer = QuestionAnswerer.Load(model, answering, scoring);
        string data = arguments.GetRequiredValue(_data);
        QuestionMetrics metrics = QuestionEvaluator.Evaluate(
            answerer,
            QuestionReader.Read(data, new QuestionReaderOptions { RequireAnswers = true }, cancellationToken: cancellationToken),
            onProgress: done => bar.Report(done, total: null),
            cancellationToken: cancellationToken);
        return metrics.Count > 0 ? metrics : throw new BertMLNetException($"{data}: there are no questions; expected some with their answers.");
    }

    private static void Write(ParseResult arguments, Action<Utf8JsonWriter> writeProperties, Action<TextWriter> writeText)
    {
        TextWriter output = arguments.InvocationConfiguration.Output;
        if (WantsJson(arguments))
            JsonOutput.WriteLine(output, writeProperties);
        else
            writeText(output);
    }

    private static void WriteText(TextWriter output, ClassificationMetrics metrics)
    {
        output.WriteLine($"{metrics.Count} rows: {metrics}");
        output.WriteLine();
        TextTable.Write(
            output,
            ["right \\ predicted", .. metrics.Labels],
            [
                .. metrics.Labels.Select((label, right) => (IReadOnlyList<string>)
                    [label, .. metrics.Labels.Select((_, predicted) => metrics.Confusion(right, predicted).ToString(CultureInfo.InvariantCulture))]),
            ],
            [.. Enumerable.Range(1, metrics.Labels.Count)]);
    }

    private static void WriteText(TextWriter output, QuestionMetrics metrics)
    {
        (string Name, QuestionMetrics? Metrics)[] parts =
            [("all questions", metrics), ("with an answer", metrics.HasAnswer), ("without an answer", metrics.NoAnswer)];
        TextTable.Write(
            output,
            ["", "questions", "exact match", "F1"],
            [
                .. parts.Where(part => part.Metrics is not null).Select(part => (IReadOnlyList<string>)
                    [part.Name, part.Metrics!.Count.ToString(CultureInfo.InvariantCulture), Fraction(part.Metrics.ExactMatch), Fraction(part.Metrics.F1)]),
            ],
            [1, 2, 3]);
        if (metrics.Best is not { } best)
            return;
        output.WriteLine();
        output.WriteLine(FormattableString.Invariant($"The best F1, {best.F1:0.0000}, would come of --null-threshold {best.F1Threshold}."));
    }

    private static string Fraction(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}
