using System.Text.RegularExpressions;
using BertMLNet.TestKit;

namespace BertMLNet.Packaging.Tests;

/// <summary>The versions of others' packages: which go together, and that documents name no other ones.</summary>
public sealed class PinTests
{
    /// <summary>The documents for users.</summary>
    private static readonly string[] Documents =
    [
        Path.Combine(Repository.Root, "README.md"),
        Path.Combine(Repository.Root, "eng", "PackageReadme.md"),
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md"),
    ];

    [Fact]
    public void Builds_of_one_library_are_of_one_version()
    {
        Assert.All(
            ["Microsoft.ML.OnnxRuntime.Managed", "Microsoft.ML.OnnxRuntime.Gpu"],
            id => Assert.Equal(PackedProduct.Pins["Microsoft.ML.OnnxRuntime"], PackedProduct.Pins[id]));
        Assert.Single(PackedProduct.Pins.Where(pin => pin.Key.StartsWith("libtorch-", StringComparison.Ordinal)).Select(pin => pin.Value).Distinct());
    }

    [Fact]
    public void Documents_name_the_versions_that_the_build_pins()
    {
        IEnumerable<string> wrong = Documents.SelectMany(
            path => WrongVersions(File.ReadAllText(path)).Select(found => $"{Path.GetRelativePath(Repository.Root, path)}: {found}"));
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("<PackageReference Include=\"Microsoft.ML.OnnxRuntime.Gpu\" Version=\"{0}\" />", "Microsoft.ML.OnnxRuntime.Gpu")]
    [InlineData("`dotnet add package TorchSharp --version {0}`", "TorchSharp")]
    [InlineData("with Microsoft.ML {0}, where", "Microsoft.ML")]
    [InlineData("add `Microsoft.ML.Tokenizers` in version {0}.", "Microsoft.ML.Tokenizers")]
    public void A_version_in_a_text_is_found(string text, string id)
    {
        Assert.Empty(WrongVersions(string.Format(null, text, PackedProduct.Pins[id])));
        Assert.Equal([$"{id} 0.0.7"], WrongVersions(string.Format(null, text, "0.0.7")));
    }

    /// <summary>The packages that a text names with another version than the build's.</summary>
    private static IEnumerable<string> WrongVersions(string text)
    {
        foreach ((string id, string version) in PackedProduct.Pins)
        {
            string pattern = $@"(?<![\w.-]){Regex.Escape(id)}(?![\w-]|\.\w)[`""'*]*\s*(?:--version|in version|Version=|version)?\s*[`""']?(\d+\.\d+[\d.]*\d)";
            foreach (Match match in Regex.Matches(text, pattern))
            {
                if (match.Groups[1].Value != version)
                    yield return $"{id} {match.Groups[1].Value}";
            }
        }
    }
}
