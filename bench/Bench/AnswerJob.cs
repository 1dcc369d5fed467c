using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using BertMLNet.Scoring;

namespace BertMLNet.Bench;

/// <summary>Times answering questions end to end from text.</summary>
internal static class AnswerJob
{
    private static readonly Option<string> Model = new("--model") { Description = "The model folder.", Required = true };
    private static readonly Option<string> Rows = new("--rows") { Description = "JSON lines with question and context.", Required = true };
    private static readonly Option<string> Windows = new("--windows") { Description = "The same questions cut into windows, one a line, to count them by.", Required = true };
    private static readonly Option<int?> BatchTokens = new("--max-batch-tokens");
    private static readonly Option<int> Concurrent = new("--concurrent-batches") { DefaultValueFactory = _ => 1 };

    public static Command Command()
    {
        var command = new Command("answer", "Times answering questions.") { Model, Rows, Windows, BatchTokens, Concurrent };
        command.SetAction(arguments => JsonOutput.Print(Run(arguments)));
        return command;
    }

    private static Dictionary<string, object?> Run(ParseResult arguments)
    {
        QuestionInput[] questions =
        [
            .. File.ReadLines(arguments.GetRequiredValue(Rows))
                .Select(line => JsonSerializer.Deserialize<QuestionRow>(line, JsonSerializerOptions.Web)!)
                .Select(row => new QuestionInput(row.Question, row.Context)),
        ];
        var options = new ScoringOptions
        {
            MaxBatchTokens = arguments.GetValue(BatchTokens),
            ConcurrentBatches = arguments.GetValue(Concurrent),
        };
        using QuestionAnswerer answerer = QuestionAnswerer.Load(arguments.GetRequiredValue(Model), options: null, options);
        answerer.AnswerBatch(questions.AsMemory(0, 1));
        long start = Stopwatch.GetTimestamp();
        answerer.AnswerBatch(questions);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        int windows = File.ReadLines(arguments.GetRequiredValue(Windows)).Count();
        return new()
        {
            ["questions"] = questions.Length,
            ["windows"] = windows,
            ["seconds"] = seconds,
            ["rowsPerSecond"] = windows / seconds,
        };
    }
}
