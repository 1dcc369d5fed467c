using System.Runtime.InteropServices;
using System.Xml.Linq;
using BertMLNet.TestKit;

[assembly: AssemblyFixture(typeof(BertMLNet.Packaging.Tests.PackedProduct))]

namespace BertMLNet.Packaging.Tests;

/// <summary>The product, packed once for all tests into a folder of its own, as <c>dotnet pack</c> makes it.</summary>
public sealed class PackedProduct : IAsyncLifetime
{
    /// <summary>The package that installs the command.</summary>
    public const string ToolName = "BertMLNet.Cli";

    /// <summary>Packs the command for all platforms, not for this one alone, which takes a minute more and downloads for each.</summary>
    private const string AllPlatforms = "BERTMLNET_PACK_ALL";

    private readonly TemporaryFolder _folder = new();

    public PackedProduct() => Stranger = new(this);

    /// <summary>The packages with the command's files, one a platform.</summary>
    public static IReadOnlyList<string> ToolPackages { get; } = [.. Platforms().Select(rid => $"{ToolName}.{rid}")];

    /// <summary>The versions that the build's own files pin.</summary>
    public static IReadOnlyDictionary<string, string> Pins { get; } = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props"))
        .Descendants("PackageVersion").ToDictionary(pin => pin.Attribute("Include")!.Value, pin => pin.Attribute("Version")!.Value);

    /// <summary>The folder that holds the packages.</summary>
    public string Folder => _folder["packages"];

    /// <summary>The version in the build's own files.</summary>
    public string Version { get; } = XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props")).Descendants("Version").Single().Value;

    /// <summary>Someone who has the packages and nothing else of the project.</summary>
    internal Stranger Stranger { get; }

    public async ValueTask InitializeAsync()
    {
        string[] platforms = Platforms();
        string[] narrowed = platforms.Length == 1 ? [$"-p:ToolPackageRuntimeIdentifiers={platforms[0]}"] : [];
        // Outputs of its own: packing builds the tool without libtorch, the tests' build has it.
        DotNetRun run = await DotNetRun.Of(
            Repository.Root, [],
            ["pack", "eng/Packages.slnf", .. narrowed, $"-p:ArtifactsPath={_folder["artifacts"]}", "-p:RunAnalyzers=false", "-o", Folder, "-tl:off"]);
        Assert.DoesNotContain("warning", run.Succeeded().Output, StringComparison.OrdinalIgnoreCase);
    }

    public ValueTask DisposeAsync()
    {
        Stranger.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string[] Platforms()
    {
        string[] all = XDocument.Load(Path.Combine(Repository.Root, "src", "Cli", "BertMLNet.Cli.csproj"))
            .Descendants("ToolPackageRuntimeIdentifiers").Single().Value.Split(';');
        string own = RuntimeInformation.RuntimeIdentifier;
        return all.Contains(own) && Environment.GetEnvironmentVariable(AllPlatforms) != "1" ? [own] : all;
    }
}
