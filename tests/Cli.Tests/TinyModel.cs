using BertMLNet.Modeling;
using BertMLNet.TestKit;
using BertMLNet.Training;

[assembly: AssemblyFixture(typeof(BertMLNet.Cli.Tests.TinyModel))]

namespace BertMLNet.Cli.Tests;

/// <summary>A model folder that the command itself trained, on a few generated pairs; made once for all tests.</summary>
public sealed class TinyModel : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>A configuration and a tokenizer, without weights.</summary>
    public string Start => _folder["start"];

    /// <summary>The trained model folder.</summary>
    public string Path => _folder["model"];

    /// <summary>The labelled pairs it was trained on, as TSV.</summary>
    public string Pairs => _folder["pairs.tsv"];

    /// <summary>The command line that trained it, but for the output.</summary>
    public string[] TrainArguments =>
        ["train", "--task", "pair", "--model", Start, "--from-scratch", "--train", Pairs, "--epochs", "1"];

    public async ValueTask InitializeAsync()
    {
        IReadOnlyList<DemoPair> pairs = new PairGenerator(seed: 5).Training(48);
        File.WriteAllText(Pairs, Tsv(pairs));
        TinyStart.Write(Start, pairs.SelectMany(pair => new[] { pair.Sentence1, pair.Sentence2 }), Heads.Classes, new BertConfig { MaxPositionEmbeddings = 64, Labels = PairGenerator.Labels });
        await CliRun.Succeeds([.. TrainArguments, "--output", Path]);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Copies a model folder, so that a test may damage it.</summary>
    public static string Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = System.IO.Path.Combine(to, System.IO.Path.GetRelativePath(from, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        return to;
    }

    private static string Tsv(IEnumerable<DemoPair> pairs) =>
        "sentence1\tsentence2\tlabel\n" + string.Concat(pairs.Select(pair =>
            $"{pair.Sentence1}\t{pair.Sentence2}\t{PairGenerator.Labels[pair.Equivalent ? 1 : 0]}\n"));
}
