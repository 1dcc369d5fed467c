using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using BertMLNet.TestKit;

namespace BertMLNet.Cli.Tests;

/// <summary>Each part of the product knows those below it alone, as docs/architecture.md draws them.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string[] Scoring = ["BertMLNet.Tokenization", "BertMLNet.Modeling", "BertMLNet.Scoring"];

    /// <summary>Each assembly and all of the product that it may use, directly or through others.</summary>
    private static readonly Dictionary<string, string[]> Below = new()
    {
        ["BertMLNet.Tokenization"] = [],
        ["BertMLNet.Modeling"] = ["BertMLNet.Tokenization"],
        ["BertMLNet.Scoring"] = ["BertMLNet.Tokenization", "BertMLNet.Modeling"],
        ["BertMLNet.Export"] = Scoring,
        ["BertMLNet.Training"] = [.. Scoring, "BertMLNet.Export"],
        ["BertMLNet.Training.TorchSharp"] = [.. Scoring, "BertMLNet.Export", "BertMLNet.Training"],
        ["BertMLNet.MLNet"] = Scoring,
        ["BertMLNet.Extensions.AI"] = Scoring,
        ["BertMLNet.AspNetCore"] = Scoring,
        // A package without an assembly: the transforms, and ONNX Runtime's build for the CPU.
        ["BertMLNet"] = [.. Scoring, "BertMLNet.MLNet"],
        ["BertMLNet.MLNet.Training"] = [.. Scoring, "BertMLNet.Export", "BertMLNet.Training", "BertMLNet.MLNet"],
        ["BertMLNet.TextGraphs"] = [.. Scoring, "BertMLNet.Export"],
        ["bertmlnet"] =
        [
            .. Scoring, "BertMLNet.Export", "BertMLNet.Training", "BertMLNet.Training.TorchSharp", "BertMLNet.MLNet", "BertMLNet.TextGraphs",
            "BertMLNet.AspNetCore",
        ],
    };

    public static TheoryData<string> Names => [.. Below.Keys];

    [Fact]
    public void Every_project_has_its_place() =>
        Assert.Equal(Below.Keys.Order(StringComparer.Ordinal), Projects().Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_part_knows_those_below_it_alone(string name)
    {
        Assert.Equal(Below[name].Order(StringComparer.Ordinal), ProjectsUnder(name).Order(StringComparer.Ordinal));
        if (name == "BertMLNet")
            return;
        // The compiler writes down what is used, whatever way it came.
        IEnumerable<string> used = Assembly.Load(name).GetReferencedAssemblies().Select(assembly => assembly.Name!)
            .Where(assembly => assembly.StartsWith("BertMLNet", StringComparison.Ordinal));
        Assert.Empty(used.Except(Below[name]));
    }

    [Fact]
    public void An_application_that_scores_in_MLNet_brings_neither_graph_builder_nor_trainer_along() => Assert.Equal(
        [
            "IronSnappy", "Microsoft.Extensions.Logging.Abstractions", "Microsoft.ML", "Microsoft.ML.OnnxRuntime.Managed", "Microsoft.ML.Tokenizers",
            "System.IO.Hashing",
        ],
        ProjectsUnder("BertMLNet.MLNet").Append("BertMLNet.MLNet").SelectMany(PackagesOf).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void The_command_alone_needs_what_tokenizes_inside_graphs()
    {
        const string Extensions = "Microsoft.ML.OnnxRuntime.Extensions";
        Assert.Equal(["BertMLNet.TextGraphs", "bertmlnet"], Projects().Keys.Where(name => PackagesOf(name).Contains(Extensions)).Order(StringComparer.Ordinal));
        Assert.Equal(["bertmlnet"], Below.Where(part => part.Value.Contains("BertMLNet.TextGraphs")).Select(part => part.Key));
    }

    /// <summary>The document's table is in this order, too: what a folder uses stands above it.</summary>
    [Fact]
    public void The_document_lists_the_folders_in_an_order_in_which_each_uses_those_above()
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "architecture.md"));
        List<string> rows = [.. FolderRow().Matches(text).Select(row => row.Groups["folder"].Value)];
        foreach ((string name, string file) in Projects())
        {
            int place = rows.IndexOf(FolderOf(file));
            Assert.True(place >= 0, $"docs/architecture.md does not list {FolderOf(file)}");
            foreach (string under in ProjectsUnder(name))
                Assert.InRange(rows.IndexOf(FolderOf(Projects()[under])), 0, place);
        }
    }

    private static string FolderOf(string project) => Path.GetRelativePath(Path.Combine(Repository.Root, "src"), project).Split('/', '\\')[0];

    /// <summary>The projects of the product by the names of their assemblies.</summary>
    private static Dictionary<string, string> Projects() => Directory
        .EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
        .ToDictionary(file => XDocument.Load(file).Descendants("AssemblyName").FirstOrDefault()?.Value ?? Path.GetFileNameWithoutExtension(file));

    /// <summary>What a project refers to, and what comes with that.</summary>
    private static HashSet<string> ProjectsUnder(string name)
    {
        string file = Projects()[name];
        HashSet<string> all = [];
        foreach (XElement reference in XDocument.Load(file).Descendants("ProjectReference"))
        {
            string path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, reference.Attribute("Include")!.Value));
            string under = Projects().Single(project => string.Equals(project.Value, path, StringComparison.Ordinal)).Key;
            all.Add(under);
            all.UnionWith(ProjectsUnder(under));
        }
        return all;
    }

    private static IEnumerable<string> PackagesOf(string name) => XDocument.Load(Projects()[name]).Descendants("PackageReference")
        .Where(reference => reference.Attribute("PrivateAssets") is null).Select(reference => reference.Attribute("Include")!.Value);

    [GeneratedRegex(@"^\| `src/(?<folder>[^`]+)` \|", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex FolderRow();
}
