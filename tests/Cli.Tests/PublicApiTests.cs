using System.Reflection;
using BertMLNet.AspNetCore;
using BertMLNet.Export;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.TestKit;
using BertMLNet.TextGraphs;
using BertMLNet.Tokenization;
using BertMLNet.Training;

namespace BertMLNet.Cli.Tests;

/// <summary>
/// The public API of each library is a text in tests/PublicApi, so that a change of it is seen. With BERTMLNET_API=update the
/// texts are written anew.
/// </summary>
public sealed class PublicApiTests
{
    private static readonly Assembly[] Libraries =
    [
        typeof(BertConfig).Assembly, typeof(WordPieceTokenizer).Assembly, typeof(OnnxExporter).Assembly,
        typeof(PairClassifier).Assembly, typeof(TrainingRun).Assembly, typeof(TorchSharpOptions).Assembly, typeof(BertPipeline).Assembly,
        typeof(BertPairTrainer).Assembly, typeof(BertEmbeddingGenerator).Assembly, typeof(PairTexts).Assembly, typeof(BertServiceOptions).Assembly,
    ];

    public static TheoryData<string> Names => [.. Libraries.Select(library => library.GetName().Name!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_public_api_is_the_one_that_is_checked_in(string name)
    {
        string found = PublicApi.Describe(Libraries.Single(library => library.GetName().Name == name));
        string path = Path.Combine(Repository.Root, "tests", "PublicApi", name + ".txt");
        if (Environment.GetEnvironmentVariable("BERTMLNET_API") == "update")
            AtomicFile.WriteAllText(path, found);
        string expected = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        string[] before = expected.Split('\n'), now = found.Split('\n');
        Assert.True(
            expected == found,
            $"the public API of {name} has changed; look at it, then run this test with BERTMLNET_API=update.\n"
            + string.Join('\n', before.Except(now).Select(line => "- " + line).Concat(now.Except(before).Select(line => "+ " + line))));
    }
}
