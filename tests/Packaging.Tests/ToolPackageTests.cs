namespace BertMLNet.Packaging.Tests;

/// <summary>What is in the command's packages: one a platform, and one that leads to them.</summary>
public sealed class ToolPackageTests(PackedProduct product)
{
    private const long Megabyte = 1_000_000;

    /// <summary>How the native libraries of each platform are named, and those of all others.</summary>
    private static readonly Dictionary<string, string> Endings = new() { ["linux"] = ".so", ["win"] = ".dll", ["osx"] = ".dylib" };

    /// <summary>Native libraries that the command runs on, without what a platform puts before and behind the name.</summary>
    private static readonly string[] Natives = ["onnxruntime", "ortextensions", "LibTorchSharp"];

    public static TheoryData<string> Packages => [.. PackedProduct.ToolPackages];

    [Fact]
    public void The_package_of_the_name_leads_to_one_of_each_platform()
    {
        using Package package = Open(PackedProduct.ToolName);
        Assert.Equal("DotnetTool", TypeOf(package));
        Assert.Empty(package.Dependencies);
        string settings = package.ReadText("tools/any/any/DotnetToolSettings.xml");
        Assert.All(PackedProduct.ToolPackages, name => Assert.Contains($"Id=\"{name}\"", settings, StringComparison.Ordinal));
        Assert.DoesNotContain(package.Files, file => file.EndsWith(".dll", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_platform_s_package_carries_everything_but_libtorch(string name)
    {
        using Package package = Open(name);
        Assert.Equal("DotnetToolRidPackage", TypeOf(package));
        Assert.Empty(package.Dependencies);
        string[] files = [.. package.Files.Select(file => file.Split('/')[^1])];
        string ending = EndingOf(name), prefix = ending == ".dll" ? "" : "lib";
        string[] natives = [.. Natives.Select(native => (native.StartsWith("Lib", StringComparison.Ordinal) && prefix.Length == 0 ? "" : prefix) + native + ending)];
        Assert.All(
            ["DotnetToolSettings.xml", "bertmlnet.dll", "bertmlnet.pdb", "BertMLNet.Training.TorchSharp.dll", "Microsoft.ML.Core.dll", "TorchSharp.dll", "model.safetensors"],
            file => Assert.Contains(file, files));
        Assert.All(natives, file => Assert.Contains(file, files));
        Assert.DoesNotContain(files, file => file.StartsWith("libtorch", StringComparison.Ordinal) || file.StartsWith("torch_cpu", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_platform_s_package_holds_nothing_of_another_and_no_picture_library(string name)
    {
        using Package package = Open(name);
        string rid = RidOf(name);
        string[] tools = [.. package.Files.Where(file => file.StartsWith("tools/", StringComparison.Ordinal))];
        Assert.All(tools, file => Assert.StartsWith($"tools/net10.0/{rid}/", file, StringComparison.Ordinal));
        Assert.DoesNotContain(tools, file => file.Contains("/runtimes/", StringComparison.Ordinal));
        Assert.DoesNotContain(tools, file => file.Contains("libSkiaSharp", StringComparison.OrdinalIgnoreCase));
        foreach (string other in Endings.Values.Except([EndingOf(name), ".dll"]))
            Assert.DoesNotContain(tools, file => file.Contains($"{other}.", StringComparison.Ordinal) || file.EndsWith(other, StringComparison.Ordinal));
        // A managed assembly ends as Windows' native libraries do.
        if (EndingOf(name) != ".dll")
            Assert.DoesNotContain(tools, file => Natives.Any(native => file.EndsWith($"/{native}.dll", StringComparison.OrdinalIgnoreCase)));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_platform_s_package_is_of_at_most_60_megabytes(string name) =>
        Assert.InRange(new FileInfo(PathOf(name)).Length, 1, 60 * Megabyte);

    private static string RidOf(string name) => name[(PackedProduct.ToolName.Length + 1)..];

    private static string EndingOf(string name) => Endings[RidOf(name).Split('-')[0]];

    private static string TypeOf(Package package) =>
        package.Metadata.Descendants().Single(element => element.Name.LocalName == "packageType").Attribute("name")!.Value;

    private string PathOf(string name) => Path.Combine(product.Folder, $"{name}.{product.Version}.nupkg");

    private Package Open(string name) => new(PathOf(name));
}
