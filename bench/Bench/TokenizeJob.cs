using System.CommandLine;
using System.Diagnostics;
using BertMLNet.Tokenization;

namespace BertMLNet.Bench;

/// <summary>Times the tokenizer over a text file, a line a text.</summary>
internal static class TokenizeJob
{
    private static readonly Option<string> Vocabulary = new("--vocab-file") { Description = "A folder with vocab.txt or tokenizer.json.", Required = true };
    private static readonly Option<string> Text = new("--text") { Description = "One text a line.", Required = true };
    private static readonly Option<bool> Offsets = new("--offsets") { Description = "Offsets beside ids." };
    private static readonly Option<int> Threads = new("--threads") { DefaultValueFactory = _ => 1 };
    private static readonly Option<int> Repeat = new("--repeat") { DefaultValueFactory = _ => 30 };

    public static Command Command()
    {
        var command = new Command("tokenize", "Times the tokenizer.") { Vocabulary, Text, Offsets, Threads, Repeat };
        command.SetAction(arguments => JsonOutput.Print(Run(arguments)));
        return command;
    }

    private static Dictionary<string, object?> Run(ParseResult arguments)
    {
        var tokenizer = WordPieceTokenizer.Load(arguments.GetRequiredValue(Vocabulary));
        string[] texts = [.. File.ReadLines(arguments.GetRequiredValue(Text)).Where(line => line.Length > 0)];
        int threads = arguments.GetValue(Threads), longest = texts.Max(text => text.Length) + 2;
        bool offsets = arguments.GetValue(Offsets);

        var seconds = new List<double>();
        long tokens = 0, allocated = 0;
        for (int run = 0; run <= arguments.GetValue(Repeat); run++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true), start = Stopwatch.GetTimestamp();
            tokens = 0;
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, part =>
            {
                int[] ids = new int[longest];
                var places = new TokenOffset[offsets ? longest : 0];
                long count = 0;
                for (int i = part; i < texts.Length; i += threads)
                    count += offsets ? tokenizer.Tokenize(texts[i], ids, places) : tokenizer.Tokenize(texts[i], ids);
                Interlocked.Add(ref tokens, count);
            });
            if (run == 0)
                continue;
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        }
        double median = Statistics.Median(seconds);
        return new()
        {
            ["threads"] = threads,
            ["offsets"] = offsets,
            ["tokens"] = tokens,
            ["medianSeconds"] = median,
            ["tokensPerSecond"] = tokens / median,
            ["bytesAllocatedAToken"] = Math.Round((double)allocated / tokens, 4),
        };
    }
}
