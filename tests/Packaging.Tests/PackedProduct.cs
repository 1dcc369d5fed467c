using System.Xml.Linq;
using BertMLNet.TestKit;

[assembly: AssemblyFixture(typeof(BertMLNet.Packaging.Tests.PackedProduct))]

namespace BertMLNet.Packaging.Tests;

/// <summary>The product, packed once for all tests into a folder of its own, as <c>dotnet pack</c> makes it.</summary>
public sealed class PackedProduct : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>The folder that holds the packages.</summary>
    public string Folder => _folder["packages"];

    /// <summary>The version in the build's own files.</summary>
    public string Version { get; } = XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props")).Descendants("Version").Single().Value;

    /// <summary>The versions that the build's own files pin for the nuget set.</summary>
    public IReadOnlyDictionary<string, string> Pins { get; } = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props"))
        .Descendants("PackageVersion")
        .Where(pin => pin.Attribute("Condition")?.Value.Contains("'compat'", StringComparison.Ordinal) != true)
        .ToDictionary(pin => pin.Attribute("Include")!.Value, pin => pin.Attribute("Version")!.Value);

    public async ValueTask InitializeAsync()
    {
        // Outputs of its own: packing builds the tool without libtorch, the tests' build has it.
        DotNetRun run = await DotNetRun.Of(
            Repository.Root, [], "pack", "eng/Packages.slnf", "-c", "Release", $"-p:ArtifactsPath={_folder["artifacts"]}",
            "-p:RunAnalyzers=false", "-o", Folder, "-tl:off");
        run.Succeeded();
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
