using System.Text.RegularExpressions;
using BertMLNet.TestKit;

namespace BertMLNet.Packaging.Tests;

/// <summary>Uses the library packages as someone who has nothing else of the project.</summary>
public sealed partial class UseTests(PackedProduct product)
{
    private const string NoRuntime =
        "ONNX Runtime's native library is missing or cannot be loaded; add the package Microsoft.ML.OnnxRuntime to the application, "
        + "or Microsoft.ML.OnnxRuntime.Gpu for CUDA.";

    [Fact]
    public async Task The_readme_s_sample_runs_with_one_package()
    {
        string app = await product.Stranger.CreateAppAsync("whole", SampleProgram(), "BertMLNet");

        DotNetRun run = await product.Stranger.BuildAndRunAsync(app);

        string[] lines = run.Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(40, lines.Length);
        Assert.All(lines, line => Assert.Matches(@"^(same|different) \(\d+.*%\): red box \| (red|blue) ball", line));
    }

    [Fact]
    public async Task Without_a_native_onnx_runtime_one_line_names_the_package_and_with_it_the_program_runs()
    {
        string app = await product.Stranger.CreateAppAsync(
            "parts",
            """
            using BertMLNet;
            using BertMLNet.Scoring;
            using BertMLNet.Training;

            Try(() => PairClassifier.Load("model").Dispose());
            Try(() => TrainingRun.Execute(new PairFineTuningOptions { ModelPath = "model", OutputPath = "trained", Training = () => PairFile.Open("pairs.tsv") }));

            static void Try(Action action)
            {
                try
                {
                    action();
                    Console.WriteLine("done");
                }
                catch (BertMLNetException exception)
                {
                    Console.WriteLine(exception.Message);
                }
            }
            """,
            "BertMLNet.MLNet",
            "BertMLNet.Training.TorchSharp");

        Assert.Equal($"{NoRuntime}\n{NoRuntime}\n", (await product.Stranger.BuildAndRunAsync(app)).Succeeded().Output.ReplaceLineEndings("\n"));

        (await product.Stranger.DotNetAsync(app, "add", "package", "Microsoft.ML.OnnxRuntime", "--version", PackedProduct.Pins["Microsoft.ML.OnnxRuntime"])).Succeeded();
        Assert.Equal("done\ndone\n", (await product.Stranger.BuildAndRunAsync(app)).Succeeded().Output.ReplaceLineEndings("\n"));
    }

    /// <summary>The README's first program for ML.NET, after the namespaces that the text around it names.</summary>
    private static string SampleProgram()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md")).ReplaceLineEndings("\n");
        Match block = CodeBlocks().Matches(readme).First(block => block.Value.Contains("BertPairClassify", StringComparison.Ordinal));
        string code = block.Groups["code"].Value;
        string section = readme[..readme.IndexOf("\n## ", block.Index, StringComparison.Ordinal)][readme.LastIndexOf("\n## ", block.Index, StringComparison.Ordinal)..];
        IEnumerable<string> usings = Usings().Matches(section).Select(match => match.Value).Distinct().Where(line => !code.Contains(line, StringComparison.Ordinal));
        return string.Join('\n', [.. usings, "", code]);
    }

    [GeneratedRegex("^```csharp\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex CodeBlocks();

    [GeneratedRegex(@"using [A-Z][\w.]*;")]
    private static partial Regex Usings();
}
