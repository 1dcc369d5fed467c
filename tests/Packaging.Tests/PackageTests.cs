namespace BertMLNet.Packaging.Tests;

/// <summary>What is in the packages.</summary>
public sealed class PackageTests(PackedProduct product)
{
    private const string Tool = "bertmlnet";

    /// <summary>Each library and what it depends on.</summary>
    private static readonly Dictionary<string, string[]> Libraries = new()
    {
        ["BertMLNet.Tokenization"] = ["Microsoft.ML.Tokenizers"],
        ["BertMLNet.Modeling"] = ["BertMLNet.Tokenization", "IronSnappy", "Microsoft.Extensions.Logging.Abstractions", "System.IO.Hashing"],
        ["BertMLNet.Scoring"] =
        [
            "BertMLNet.Modeling", "BertMLNet.Tokenization", "Microsoft.Extensions.Logging.Abstractions", "Microsoft.ML.OnnxRuntime.Managed",
        ],
        ["BertMLNet.Export"] =
        [
            "BertMLNet.Modeling", "BertMLNet.Scoring", "BertMLNet.Tokenization", "Google.Protobuf", "Microsoft.ML.OnnxRuntime.Managed",
            "System.Numerics.Tensors",
        ],
        ["BertMLNet.TextGraphs"] =
        [
            "BertMLNet.Export", "BertMLNet.Modeling", "BertMLNet.Scoring", "BertMLNet.Tokenization", "Microsoft.ML.OnnxRuntime.Extensions",
            "Microsoft.ML.OnnxRuntime.Managed",
        ],
        ["BertMLNet.Training"] =
        [
            "BertMLNet.Export", "BertMLNet.Modeling", "BertMLNet.Scoring", "BertMLNet.Tokenization", "CsvHelper",
            "Microsoft.Extensions.Logging.Abstractions", "Microsoft.ML.OnnxRuntime.Managed", "System.Numerics.Tensors",
        ],
        ["BertMLNet.Training.TorchSharp"] = ["BertMLNet.Modeling", "BertMLNet.Training", "TorchSharp"],
        ["BertMLNet.MLNet"] = ["BertMLNet.Scoring", "Microsoft.ML"],
        ["BertMLNet.MLNet.Training"] = ["BertMLNet.MLNet", "BertMLNet.Training", "Microsoft.ML"],
    };

    public static TheoryData<string> LibraryNames => [.. Libraries.Keys];

    public static TheoryData<string> Names => [.. Libraries.Keys, Tool];

    [Fact]
    public void Every_package_is_made_with_its_symbols_and_no_other()
    {
        string[] expected = [.. Libraries.Keys.Append(Tool).SelectMany(name => new[] { $"{name}.{product.Version}.nupkg", $"{name}.{product.Version}.snupkg" })];
        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(product.Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_package_says_what_it_is(string name)
    {
        using Package package = Open(name);
        Assert.Equal(name, package["id"]);
        Assert.Equal(product.Version, package["version"]);
        Assert.Equal("MIT", package["license"]);
        Assert.Equal("README.md", package["readme"]);
        Assert.Contains("README.md", package.Files);
        Assert.DoesNotContain("](", package.ReadText("README.md"), StringComparison.Ordinal);
        Assert.Contains("LICENSE", package.Files);
        Assert.NotEmpty(package["authors"]!);
        Assert.Contains("bert", package["tags"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("Package Description", package["description"]!, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(LibraryNames))]
    public void A_library_carries_its_assembly_alone_with_documentation_and_symbols(string name)
    {
        using Package package = Open(name);
        Assert.Equal(
            [$"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml"],
            package.Files.Where(file => file.StartsWith("lib/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        using Package symbols = Open(name, "snupkg");
        Assert.Contains($"lib/net10.0/{name}.pdb", symbols.Files);
    }

    [Theory]
    [MemberData(nameof(LibraryNames))]
    public void A_library_depends_on_what_the_build_pins(string name)
    {
        using Package package = Open(name);
        IEnumerable<KeyValuePair<string, string>> expected = Libraries[name].Select(
            id => KeyValuePair.Create(id, id.StartsWith("BertMLNet.", StringComparison.Ordinal) ? product.Version : product.Pins[id]));
        Assert.Equal(expected.OrderBy(pair => pair.Key, StringComparer.Ordinal), package.Dependencies.OrderBy(pair => pair.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void The_pins_are_those_of_the_real_packages()
    {
        Assert.Equal("5.0.0", product.Pins["Microsoft.ML"]);
        Assert.Equal("5.0.0", product.Pins["Microsoft.ML.OnnxTransformer"]);
        Assert.Equal("2.0.0", product.Pins["Microsoft.ML.Tokenizers"]);
        Assert.Equal("0.106.0", product.Pins["TorchSharp"]);
        Assert.Equal(product.Pins["Microsoft.ML.OnnxRuntime"], product.Pins["Microsoft.ML.OnnxRuntime.Gpu"]);
        Assert.All(product.Pins.Where(pin => pin.Key.StartsWith("libtorch-", StringComparison.Ordinal)), pin => Assert.Equal("2.10.0", pin.Value));
    }

    [Fact]
    public void The_tool_carries_everything_but_libtorch()
    {
        using Package package = Open(Tool);
        Assert.Equal("DotnetTool", package.Metadata.Descendants().Single(element => element.Name.LocalName == "packageType").Attribute("name")!.Value);
        Assert.Empty(package.Dependencies);
        string[] files = [.. package.Files.Select(file => file.Split('/')[^1])];
        Assert.All(
            ["DotnetToolSettings.xml", "bertmlnet.dll", "bertmlnet.pdb", "BertMLNet.Training.TorchSharp.dll", "Microsoft.ML.Core.dll", "Microsoft.ML.OnnxRuntime.dll", "TorchSharp.dll"],
            file => Assert.Contains(file, files));
        Assert.DoesNotContain(files, file => file.StartsWith("libtorch", StringComparison.Ordinal) || file.StartsWith("torch_cpu", StringComparison.Ordinal));
    }

    private Package Open(string name, string extension = "nupkg") => new(Path.Combine(product.Folder, $"{name}.{product.Version}.{extension}"));
}
