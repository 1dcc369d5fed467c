namespace BertMLNet.Packaging.Tests;

/// <summary>What is in the packages.</summary>
public sealed class PackageTests(PackedProduct product)
{
    /// <summary>The package without an assembly: what brings others.</summary>
    private const string Whole = "BertMLNet";

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
        ["BertMLNet.Extensions.AI"] = ["BertMLNet.Scoring", "Microsoft.Extensions.AI.Abstractions"],
        ["BertMLNet.MLNet"] = ["BertMLNet.Scoring", "Microsoft.ML"],
        ["BertMLNet.AspNetCore"] = ["BertMLNet.Scoring", "System.Numerics.Tensors"],
        ["BertMLNet.MLNet.Training"] = ["BertMLNet.MLNet", "BertMLNet.Training", "Microsoft.ML"],
    };

    private static readonly Dictionary<string, string[]> Dependencies = new(Libraries) { [Whole] = ["BertMLNet.MLNet", "Microsoft.ML.OnnxRuntime"] };

    public static TheoryData<string> LibraryNames => [.. Libraries.Keys];

    public static TheoryData<string> DependingNames => [.. Dependencies.Keys];

    public static TheoryData<string> Names => [.. Dependencies.Keys, PackedProduct.ToolName, .. PackedProduct.ToolPackages];

    [Fact]
    public void Every_package_is_made_with_symbols_for_what_it_holds_and_no_other()
    {
        string[] expected =
        [
            .. Libraries.Keys.Concat(PackedProduct.ToolPackages).SelectMany(name => new[] { $"{name}.{product.Version}.nupkg", $"{name}.{product.Version}.snupkg" }),
            $"{Whole}.{product.Version}.nupkg",
            $"{PackedProduct.ToolName}.{product.Version}.nupkg",
        ];
        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(product.Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_two_packages_have_names_that_differ_in_case_alone() =>
        Assert.Equal(Names.Count, Names.Select(row => row.Data).Distinct(StringComparer.OrdinalIgnoreCase).Count());

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

    [Fact]
    public void The_package_that_brings_the_others_holds_no_assembly()
    {
        using Package package = Open(Whole);
        Assert.Equal(["lib/net10.0/_._"], package.Files.Where(file => file.StartsWith("lib/", StringComparison.Ordinal)));
        Assert.DoesNotContain(package.Files, file => file.EndsWith(".dll", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(DependingNames))]
    public void A_package_depends_on_what_the_build_pins(string name)
    {
        using Package package = Open(name);
        IEnumerable<KeyValuePair<string, string>> expected = Dependencies[name].Select(
            id => KeyValuePair.Create(id, id.StartsWith("BertMLNet.", StringComparison.Ordinal) ? product.Version : PackedProduct.Pins[id]));
        Assert.Equal(expected.OrderBy(pair => pair.Key, StringComparer.Ordinal), package.Dependencies.OrderBy(pair => pair.Key, StringComparer.Ordinal));
    }

    private Package Open(string name, string extension = "nupkg") => new(Path.Combine(product.Folder, $"{name}.{product.Version}.{extension}"));
}
