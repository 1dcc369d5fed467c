using BertMLNet.TestKit;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Cli.Tests;

/// <summary>Runs the README's sample, and holds the README to what was run.</summary>
[Collection(nameof(CurrentFolder))]
public sealed class ReadmeTests(TinyModel model)
{
    [Fact]
    public void The_sample_scores_a_file_of_pairs()
    {
        using var folder = new TemporaryFolder();
        TinyModel.Copy(model.Path, folder["model"]);
        File.Copy(model.Pairs, folder["pairs.tsv"]);
        using var written = new StringWriter();
        string before = Environment.CurrentDirectory;
        TextWriter console = Console.Out;
        try
        {
            Environment.CurrentDirectory = folder.Path;
            Console.SetOut(written);
            Sample();
        }
        finally
        {
            Console.SetOut(console);
            Environment.CurrentDirectory = before;
        }
        string[] lines = written.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(48, lines.Length);
        Assert.All(lines, line => Assert.Matches(@"^(not_)?equivalent \(\d+.*%\): .+ \| .+", line));
    }

    [Fact]
    public void The_sample_in_the_readme_is_the_one_that_runs()
    {
        string[] source = File.ReadAllLines(Path.Combine(Repository.Root, "tests", "Cli.Tests", "ReadmeTests.cs"));
        string sample = string.Join("\n\n", Region(source, "statements"), Region(source, "types"));
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md")).ReplaceLineEndings("\n");
        Assert.Contains($"```csharp\n{sample}\n```", readme);
    }

    private static string Region(string[] source, string name)
    {
        IEnumerable<string> lines = source
            .SkipWhile(line => line.Trim() != $"// <{name}>").Skip(1)
            .TakeWhile(line => line.Trim() != $"// </{name}>");
        int indent = lines.First().TakeWhile(c => c == ' ').Count();
        return string.Join('\n', lines.Select(line => line[indent..]));
    }

    private static void Sample()
    {
        // <statements>
        var context = new MLContext();
        IDataView pairs = context.Data.LoadFromTextFile<Pair>("pairs.tsv", hasHeader: true);
        ITransformer model = context.Transforms.BertPairClassify("model").Fit(pairs);
        foreach (Prediction row in context.Data.CreateEnumerable<Prediction>(model.Transform(pairs), reuseRowObject: false))
            Console.WriteLine($"{row.PredictedLabel} ({row.Probability:P0}): {row.Sentence1} | {row.Sentence2}");
        // </statements>
    }

#pragma warning disable IDE0040, MA0048 // As a user would write it.
    // <types>
    class Pair { [LoadColumn(0)] public string Sentence1 { get; set; } = ""; [LoadColumn(1)] public string Sentence2 { get; set; } = ""; }
    class Prediction : Pair { public string PredictedLabel { get; set; } = ""; public float Probability { get; set; } }
    // </types>
}
