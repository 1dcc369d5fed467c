using BertMLNet.TestKit;

namespace BertMLNet.Packaging.Tests;

/// <summary>Uses the packages as someone who has nothing else of the project.</summary>
public sealed class UseTests(PackedProduct product) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_tool_installs_from_a_folder_and_does_the_main_job()
    {
        (await DotNetRun.Of(
            _folder.Path, [], "tool", "install", "bertmlnet", "--tool-path", _folder["tools"], "--source", product.Folder, "--version", product.Version)).Succeeded();
        string tool = Path.Combine(_folder["tools"], OperatingSystem.IsWindows() ? "bertmlnet.exe" : "bertmlnet");

        Assert.Equal($"bertmlnet {product.Version} (package set: nuget)", (await Run("--version")).Output.Trim());
        WriteStartModel(_folder["start"]);
        DotNetRun trained = await Run(
            "train", "--task", "pair", "--model", _folder["start"], "--from-scratch", "--train", _folder["pairs.tsv"], "--output", _folder["model"], "--epochs", "1");
        Assert.Contains("engine: onnxruntime on cpu", trained.Output, StringComparison.Ordinal);
        await Run("score", "--model", _folder["model"], "--input", _folder["pairs.tsv"], "--output", _folder["scores.jsonl"]);
        Assert.Equal(40, File.ReadAllLines(_folder["scores.jsonl"]).Length);

        async Task<DotNetRun> Run(params string[] arguments) =>
            (await DotNetRun.OfProgram(tool, _folder.Path, [], arguments)).Succeeded();
    }

    [Fact]
    public async Task A_program_uses_the_libraries_from_a_folder()
    {
        WriteStartModel(_folder["start"]);
        Directory.CreateDirectory(_folder["app"]);
        File.WriteAllText(Path.Combine(_folder["app"], "app.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="BertMLNet.MLNet" Version="{product.Version}" />
                <PackageReference Include="BertMLNet.Training.TorchSharp" Version="{product.Version}" />
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(_folder["app"], "Program.cs"), """
            using BertMLNet.Training;
            using Microsoft.ML;
            using Microsoft.ML.Data;

            TrainingRun.Execute(new PairFineTuningOptions { ModelPath = args[0], OutputPath = "model", Training = () => PairFile.Open(args[1]), FromScratch = true });
            var context = new MLContext();
            IDataView pairs = context.Data.LoadFromTextFile<Pair>(args[1], hasHeader: true);
            Console.WriteLine(context.Transforms.BertPairClassify("model").Fit(pairs).Transform(pairs).GetColumn<float[]>("Score").Count());
            Console.WriteLine(typeof(TorchSharpEngine).Assembly.GetName().Name);

            class Pair { [LoadColumn(0)] public string Sentence1 { get; set; } = ""; [LoadColumn(1)] public string Sentence2 { get; set; } = ""; }
            """);

        // A packages folder of its own, or the packages of this version would stay behind for every later build.
        string cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var environment = new Dictionary<string, string>
        {
            ["NUGET_PACKAGES"] = _folder["cache"],
            ["RestoreFallbackFolders"] = Joined(cache, "RestoreFallbackFolders"),
            ["RestoreAdditionalProjectSources"] = Joined(product.Folder, "RestoreAdditionalProjectSources"),
        };
        DotNetRun run = await DotNetRun.Of(_folder["app"], environment, "run", "--", _folder["start"], _folder["pairs.tsv"]);
        Assert.EndsWith("40\nBertMLNet.Training.TorchSharp\n", run.Succeeded().Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);

        static string Joined(string first, string variable) =>
            Environment.GetEnvironmentVariable(variable) is { Length: > 0 } more ? $"{first};{more}" : first;
    }

    /// <summary>A model without weights, and pairs to train it on.</summary>
    private void WriteStartModel(string start)
    {
        Directory.CreateDirectory(start);
        File.WriteAllLines(Path.Combine(start, "vocab.txt"), ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "red", "blue", "box", "ball"]);
        File.WriteAllText(
            Path.Combine(start, "config.json"),
            """{"vocab_size":9,"hidden_size":16,"num_hidden_layers":1,"num_attention_heads":2,"intermediate_size":32,"max_position_embeddings":16}""");
        File.WriteAllLines(
            _folder["pairs.tsv"],
            Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? "red box\tred ball\tsame" : "red box\tblue ball\tdifferent").Prepend("sentence1\tsentence2\tlabel"));
    }
}
