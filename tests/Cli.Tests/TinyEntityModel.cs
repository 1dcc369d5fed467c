using System.Text.Json;
using BertMLNet.Modeling;
using BertMLNet.TestKit;

[assembly: AssemblyFixture(typeof(BertMLNet.Cli.Tests.TinyEntityModel))]

namespace BertMLNet.Cli.Tests;

/// <summary>A model folder that the command itself trained, on a few made-up sentences that name people and places; made once for all tests.</summary>
public sealed class TinyEntityModel : IAsyncLifetime
{
    private static readonly string[] People = ["Ann Lee", "Bob", "Carla Cruz", "Dora"];
    private static readonly string[] Places = ["Oslo", "New York", "Rome"];

    private readonly TemporaryFolder _folder = new();

    /// <summary>A configuration and a tokenizer, without weights.</summary>
    public string Start => _folder["start"];

    /// <summary>The trained model folder.</summary>
    public string Path => _folder["model"];

    /// <summary>The sentences in CoNLL's columns.</summary>
    public string Columns => _folder["train.conll"];

    /// <summary>The same as JSON lines with spans.</summary>
    public string Lines => _folder["train.jsonl"];

    /// <summary>The command line that trained it, but for the output.</summary>
    public string[] TrainArguments =>
    [
        "train", "--task", "entities", "--model", Start, "--from-scratch", "--train", Columns, "--validation", Lines, "--epochs", "12",
        "--learning-rate", "1e-2", "--max-length", "20", "--stride", "4",
    ];

    public async ValueTask InitializeAsync()
    {
        var random = new Random(3);
        var columns = new List<string>();
        var lines = new List<string>();
        var texts = new List<string>();
        for (int i = 0; i < 64; i++)
        {
            string person = random.GetItems(People, 1)[0], place = random.GetItems(Places, 1)[0];
            (string Text, string Type)[] parts = [(person, "PER"), (i % 2 == 0 ? "went to" : "was in", ""), (place, "LOC"), (".", "")];
            string text = string.Join(' ', parts.Select(part => part.Text));
            texts.Add(text);
            columns.Add(string.Join('\n', parts.SelectMany(part => part.Text.Split(' ').Select((word, n) => $"{word}\t{Tag(part.Type, n)}"))));
            lines.Add(JsonSerializer.Serialize(new
            {
                text,
                entities = new[] { Span(person, "PER"), Span(place, "LOC") },
            }));

            object Span(string name, string type)
            {
                int start = text.IndexOf(name, StringComparison.Ordinal);
                return new { start, end = start + name.Length, type };
            }
        }
        await File.WriteAllTextAsync(Columns, string.Join("\n\n", columns) + "\n");
        await File.WriteAllLinesAsync(Lines, lines);
        TinyStart.Write(Start, texts, Heads.Tokens, new BertConfig { MaxPositionEmbeddings = 64 });
        await CliRun.Succeeds([.. TrainArguments, "--output", Path]);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string Tag(string type, int number) => type.Length == 0 ? "O" : (number == 0 ? "B-" : "I-") + type;
}
