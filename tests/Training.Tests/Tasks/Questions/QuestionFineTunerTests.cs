using System.Text.Json;
using BertMLNet.Cli;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.TestKit;
using BertMLNet.Tokenization;
using Microsoft.Extensions.Logging;

namespace BertMLNet.Training.Tests;

public sealed class QuestionFineTunerTests
{
    [Fact]
    public void A_model_folder_comes_out_that_answers_and_says_what_was_measured()
    {
        using var folder = new TemporaryFolder();
        IReadOnlyList<QuestionExample> examples = new QuestionGenerator(seed: 4, unanswerable: 0.3).Training(80);
        string start = SaveModel(folder["start"], examples);
        var log = new Messages();
        var training = new QuestionDataReport();
        var validation = new QuestionDataReport();
        QuestionExample odd = examples[0] with { Id = "odd", Answers = [new GoldAnswer("nowhere", null)] };

        TrainedModel result = TrainingRun.Execute(
            new QuestionFineTuningOptions
            {
                ModelPath = start,
                OutputPath = folder["out"],
                Training = [.. examples, odd],
                TrainingReport = training,
                ValidationReport = validation,
                ValidationFraction = 0.25,
                FromScratch = true,
                Optimization = new() { Epochs = 1, BatchSize = 16, LearningRate = 1e-3 },
            },
            new() { Logger = log });

        using JsonDocument metrics = JsonDocument.Parse(File.ReadAllText(result.Folder.MetricsPath));
        JsonElement best = metrics.RootElement.GetProperty("best");
        Assert.Equal("qa", metrics.RootElement.GetProperty("task").GetString());
        foreach (string name in new[] { "exactMatch", "f1", "hasAnswerF1", "noAnswerF1", "bestF1" })
            Assert.InRange(best.GetProperty(name).GetDouble(), 0, 1);
        Assert.InRange(best.GetProperty("questions").GetInt32(), 4, 40);
        Assert.Equal(best.GetProperty("questions").GetInt32(), validation.Questions);
        Assert.Equal(examples.Count + 1, training.Questions + validation.Questions);
        Assert.Equal(examples.Count(example => example.Answers!.Count == 0), training.Unanswerable + validation.Unanswerable);
        Assert.Contains(log.Lines, line => line.Contains("'odd'", StringComparison.Ordinal));

        using var answerer = QuestionAnswerer.Load(result.Folder.FolderPath);
        QuestionExample asked = examples[1];
        AnswerCandidate span = answerer.Answer(asked.Question, asked.Context).BestSpan!;
        Assert.Equal(asked.Context[span.Start!.Value..span.End!.Value], span.Text);
    }

    [Fact]
    public void Scoring_uses_the_null_threshold_that_was_best_on_validation()
    {
        using var folder = new TemporaryFolder();
        var generator = new QuestionGenerator(seed: 6, unanswerable: 0.5);
        IReadOnlyList<QuestionExample> examples = generator.Training(120);
        IReadOnlyList<QuestionExample> validation = generator.HeldOut(60);
        TrainedModel result = TrainingRun.Execute(new QuestionFineTuningOptions
        {
            ModelPath = SaveModel(folder["start"], examples.Concat(validation)),
            OutputPath = folder["out"],
            Training = examples,
            Validation = validation,
            FromScratch = true,
            MaxLength = 100,
            Optimization = new() { Epochs = 1, BatchSize = 16, LearningRate = 1e-3 },
        });
        QuestionMetrics judged = ((QuestionTaskMetrics)result.Outcome.Best).Metrics;
        using var answerer = QuestionAnswerer.Load(result.Folder.FolderPath);
        QuestionMetrics scored = QuestionEvaluator.Evaluate(answerer, validation);
        // Of a model that has hardly learnt, differences lie so close together that rounding may tip a question.
        Assert.Equal(judged.Best!.F1, scored.F1, 1.5 / validation.Count);
        Assert.InRange(scored.F1, judged.F1 - (1.5 / validation.Count), 1);
    }

    [Fact]
    public void A_model_that_learnt_of_no_answer_may_give_none_even_if_validation_did_not_tell_when()
    {
        using var folder = new TemporaryFolder();
        IReadOnlyList<QuestionExample> examples = new QuestionGenerator(seed: 6, unanswerable: 0.5).Training(24);
        var messages = new Messages();
        TrainedModel result = TrainingRun.Execute(
            Options(folder, examples) with { Validation = examples.Where(example => example.Answers!.Count > 0) },
            new TrainingEnvironment { Logger = messages });
        Assert.Equal(0, result.Folder.LoadConfig().Answering!.NullThreshold);
        Assert.Contains(messages.Lines, line => line.StartsWith("Every validation question has an answer", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0.0, null, "validation-fraction")]
    [InlineData(1.0, null, "validation-fraction")]
    [InlineData(0.5, 500, "takes up to 160")]
    [InlineData(0.5, 4, "at least 5")]
    public void Options_that_make_no_sense_are_refused(double fraction, int? maxLength, string expected)
    {
        using var folder = new TemporaryFolder();
        IReadOnlyList<QuestionExample> examples = new QuestionGenerator(seed: 4).Training(4);
        QuestionFineTuningOptions options = Options(folder, examples) with { ValidationFraction = fraction, MaxLength = maxLength };
        Assert.Contains(expected, Assert.Throws<BertMLNetException>(() => TrainingRun.Execute(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_passages_one_is_set_aside_and_a_single_one_is_refused()
    {
        using var folder = new TemporaryFolder();
        IReadOnlyList<QuestionExample> examples = new QuestionGenerator(seed: 4).Training(4);
        QuestionFineTuningOptions options = Options(folder, examples) with { ValidationFraction = 0.01 };
        TrainingRun.Execute(options);
        JsonElement record = JsonElement.Parse(File.ReadAllText(new ModelFolder(options.OutputPath).MetricsPath));
        Assert.Equal((2, 2), (record.GetProperty("trainingExamples").GetInt32(), record.GetProperty("validationExamples").GetInt32()));
        Assert.Equal("30", record.GetProperty("settings").GetProperty("max-answer-length").GetString());

        options = options with { Training = examples.Take(2), OutputPath = folder["single"] };
        Assert.Contains("none to set aside", Assert.Throws<BertMLNetException>(() => TrainingRun.Execute(options)).Message, StringComparison.Ordinal);
    }

    /// <summary>One epoch from random weights.</summary>
    private static QuestionFineTuningOptions Options(TemporaryFolder folder, IReadOnlyList<QuestionExample> examples) => new()
    {
        ModelPath = SaveModel(folder["start"], examples),
        OutputPath = folder["out"],
        Training = examples,
        FromScratch = true,
        Optimization = new() { Epochs = 1 },
    };

    private static string SaveModel(string path, IEnumerable<QuestionExample> examples)
    {
        WordPieceTokenizer tokenizer = QuestionTestModel.Tokenizer(examples.Select(example => example.Context + " " + example.Question));
        tokenizer.Save(path);
        var config = new BertConfig
        {
            VocabSize = tokenizer.Vocabulary.Count,
            HiddenSize = 16,
            NumHiddenLayers = 1,
            NumAttentionHeads = 2,
            IntermediateSize = 32,
            MaxPositionEmbeddings = 160,
        };
        config.Save(new ModelFolder(path).ConfigPath, Heads.Encoder);
        return path;
    }

    private sealed class Messages : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
