using System.Text.Json;
using BertMLNet.TestKit;

namespace BertMLNet.Cli.Tests;

public sealed class TrainVocabTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_writes_a_vocabulary_that_tokenize_reads_and_prints_a_table()
    {
        CliRun run = await Train(Write("text.txt", "abc abd abc\nxbc abd abc\n"), "--size", "18", "--min-frequency", "1", "--held-out", Write("other.txt", "abc zzz"));
        // The hand-made case of the trainer's own tests.
        Assert.Equal("[PAD] [UNK] [CLS] [SEP] [MASK] a b c d x ##a ##b ##c ##d ##x abc abd ##bc", string.Join(' ', File.ReadAllLines(_folder["vocab.txt"])));
        Assert.Equal($"{_folder["vocab.txt"]}: 18 tokens, 5 characters, from 3 different words", run.OutputLines[0]);
        Assert.Equal(["learnt", "from", "6", "1.1667", "0.000%"], Words(run.OutputLines[2]));
        Assert.Equal([_folder["other.txt"], "2", "1.0000", "50.000%"], Words(run.OutputLines[3]));
        Assert.Empty(run.Error);

        CliRun tokens = await CliRun.Succeeds("tokenize", "--vocab", _folder["vocab.txt"], "ABC xbc");
        Assert.Equal("""["[CLS]","abc","x","##bc","[SEP]"]""", JsonElement.Parse(tokens.Output).GetProperty("tokens").GetRawText());
    }

    [Fact]
    public async Task Json_has_the_same_for_machines()
    {
        CliRun run = await Train(Write("text.txt", "abc abd abc\nxbc abd abc\n"), "--size", "18", "--min-frequency", "1", "--held-out", Write("other.txt", "abc zzz"), "--json");
        JsonElement json = JsonElement.Parse(Assert.Single(run.OutputLines));
        Assert.Equal(_folder["vocab.txt"], json.GetProperty("output").GetString());
        Assert.Equal([18, 5, 3, 0, 6], Numbers(json, "size", "alphabet", "distinctWords", "forgottenWords", "words"));
        Assert.Equal(7 / 6.0, json.GetProperty("piecesPerWord").GetDouble());
        Assert.Equal(0, json.GetProperty("unknownShare").GetDouble());
        JsonElement other = Assert.Single(json.GetProperty("heldOut").EnumerateArray());
        Assert.Equal(_folder["other.txt"], other.GetProperty("path").GetString());
        Assert.Equal(0.5, other.GetProperty("unknownShare").GetDouble());
    }

    [Fact]
    public async Task Weights_go_to_the_inputs_in_order_and_case_is_kept_on_request()
    {
        await Train(Write("a.txt", "Ab"), "--weight", "1", "--input", Write("b.txt", "ac"), "--weight", "5", "--cased", "--min-frequency", "2", "--threads", "1");
        // A and b stand there once, a and c five times.
        Assert.Equal(["a", "c", "##a", "##c", "ac"], File.ReadAllLines(_folder["vocab.txt"])[5..]);
    }

    [Fact]
    public async Task Text_is_looked_for_before_the_work_and_never_written_over()
    {
        string text = Write("text.txt", "abc");
        await CliRun.Fails(["train-vocab", "--input", text, "--held-out", _folder["none.txt"], "--output", _folder["vocab.txt"]], "none.txt", "no such file");
        CliRun run = await CliRun.Of("train-vocab", "--input", text, "--output", text);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("would be lost", run.Error);
        Assert.Equal("abc", File.ReadAllText(text));
    }

    [Fact]
    public async Task The_likelihood_can_be_asked_for()
    {
        string text = Write("text.txt", "ab ab ab ab ac ac ac ac xy xy xy");
        await Train(text, "--size", "16", "--min-frequency", "1", "--merges", "likelihood");
        Assert.Equal("xy", File.ReadAllLines(_folder["vocab.txt"])[^1]);
        await Train(text, "--size", "16", "--min-frequency", "1");
        Assert.Equal("ab", File.ReadAllLines(_folder["vocab.txt"])[^1]);
    }

    [Fact]
    public async Task Too_little_text_and_too_many_words_are_warned_of()
    {
        CliRun run = await Train(Write("text.txt", "a a b b c c d d e f g h"), "--min-frequency", "2", "--max-words", "7");
        Assert.Contains("warning: ", run.Error);
        Assert.Contains("--min-frequency", run.Error);
        Assert.Contains("--max-words", run.Error);
    }

    [Fact]
    public async Task Text_that_cannot_be_used_is_named_and_an_older_vocabulary_stays()
    {
        File.WriteAllText(_folder["vocab.txt"], "older");
        await Fails(_folder["nowhere"], "nowhere", "no such file or folder");
        await Fails(Write("empty.txt", " \n"), "empty.txt", "no word");
        await Fails(Write("narrow.txt", "abcdefghijklmnopqrstuvwxyz"), "take 57 tokens", "50");
        File.WriteAllBytes(_folder["latin.txt"], [(byte)'a', (byte)'\n', (byte)'c', 0xE9]);
        await Fails(_folder["latin.txt"], "latin.txt, line 2", "UTF-8");
        Assert.Equal("older", File.ReadAllText(_folder["vocab.txt"]));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.tmp"));
    }

    private Task<CliRun> Train(string input, params string[] more) =>
        CliRun.Succeeds(["train-vocab", "--input", input, "--output", _folder["vocab.txt"], .. more]);

    private Task Fails(string input, params string[] parts) =>
        CliRun.Fails(["train-vocab", "--min-frequency", "1", "--size", "50", "--output", _folder["vocab.txt"], "--input", input], parts);

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder[name], text);
        return _folder[name];
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static int[] Numbers(JsonElement json, params string[] names) => [.. names.Select(name => json.GetProperty(name).GetInt32())];
}
