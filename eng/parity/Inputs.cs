using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace BertMLNet.Parity;

/// <summary>Writes what the cases read: data, configurations and vocabularies, the same every time.</summary>
internal static class Inputs
{
    /// <summary>Fills <c>in/</c>.</summary>
    public static void Write(Workplace place)
    {
        void File(string name, string text) => Text(place[$"in/{name}"], text);

        PairExample[] pairs = PairData.Of(48, seed: 1), held = PairData.Of(16, seed: 2);
        File("pairs.tsv", PairData.Tsv(pairs));
        File("pairs.jsonl", PairData.JsonLines(pairs));
        File("pairs.csv", PairData.Csv(pairs));
        File("held.tsv", PairData.Tsv(held));
        File("held.jsonl", PairData.JsonLines(held));
        File("three.tsv", PairData.Tsv(PairData.Of(45, seed: 3, labels: 3)));
        File("mrpc.tsv", PairData.Mrpc(held));
        File("single.tsv", PairData.Singles(pairs));
        File("odd-texts.jsonl", OddTexts());
        // A job over many rows, of which the last is broken, stops when some are done.
        string many = "sentence1\tsentence2\n" + string.Concat(PairData.Of(400, seed: 4).Select(pair => $"{pair.First}\t{pair.Second}\n"));
        File("many-broken.tsv", many + "broken\n");
        File("job.tsv", many + "broken\n");
        File("many.tsv", many + "Anna met Boris.\tAnna met Clara.\n");

        Question[] questions = QuestionData.Of(32, seed: 5), answerable = QuestionData.Of(16, seed: 6, unanswerable: false);
        File("questions.json", QuestionData.Squad(questions));
        File("questions.jsonl", QuestionData.JsonLines(questions));
        File("answerable.json", QuestionData.Squad(answerable, version2: false));
        File("unanswered.jsonl", QuestionData.JsonLines(answerable, answered: false));
        File("shifted.json", QuestionData.Squad(answerable, shift: 2));
        Compressed(place["in/questions.json.gz"], QuestionData.Squad(questions));

        File("text.txt", PlainText(documents: 6));
        File("one-document.txt", PlainText(documents: 1));
        Compressed(place["in/texts/b.txt.gz"], PlainText(documents: 2));
        File("texts/a.txt", "Anna met Boris. It is 1932!\n");
        File("lines.txt", "Anna met Boris.\n\nHe said 'no' to naïve café-goers\n日本 @you\n");

        Start(place, "start-pair", Config(32, 2, 2, 64, 64));
        Start(place, "start-qa", Config(32, 2, 2, 64, 128));
        Start(place, "start-odd", Config(24, 3, 3, 40, 96, ("hidden_act", "relu"), ("position_embedding_type", "sinusoidal"),
            ("layer_norm_eps", 1e-5)));
        Start(place, "start-one-type", Config(32, 1, 4, 48, 64, ("type_vocab_size", 1), ("hidden_act", "gelu_new")));
        Workplace.Copy(Path.Combine(place.Options.Repository, "models", "bertmlnet-mini-en"), place["in/mini"]);
        foreach (string fixture in new[] { "fixtures/checkpoints", "cases" })
        {
            string from = Path.Combine(place.Options.Shared, fixture);
            if (Directory.Exists(from))
                Workplace.Copy(from, place[$"in/{fixture}"]);
        }
    }

    /// <summary>A configuration in Hugging Face's words.</summary>
    public static string Config(int width, int layers, int heads, int intermediate, int positions,
        params (string Name, object Value)[] more)
    {
        var fields = new Dictionary<string, object>
        {
            ["model_type"] = "bert",
            ["vocab_size"] = Words.Vocabulary.Count(),
            ["hidden_size"] = width,
            ["num_hidden_layers"] = layers,
            ["num_attention_heads"] = heads,
            ["intermediate_size"] = intermediate,
            ["max_position_embeddings"] = positions,
        };
        foreach ((string name, object value) in more)
            fields[name] = value;
        return JsonSerializer.Serialize(fields);
    }

    /// <summary>Texts that tokenizers and readers trip over.</summary>
    private static string OddTexts() => string.Concat(new[]
    {
        ("", ""), (" \t ", "a"), ("[SEP] [MASK] [CLS]", "[UNK]"), ("naïve café", "NAÏVE CAFÉ"), ("日本語", "日 本"),
            ("a\u0000b", "\u2028\u200b"),
        (new string('x', 300), "b"), (string.Join(' ', Enumerable.Repeat("Anna met Boris.", 40)),
            string.Join(' ', Enumerable.Repeat("no", 60))),
        ("👩‍👩‍👧 \ud83d\ude00", "ΑΒΓ Σ ς"), ("한국어 각", "ｆｕｌｌ ﬁ"), ("tab\there", "line\nbreak"), ("\"quoted\"", "it's - not?!"),
    }.Select(pair => JsonSerializer.Serialize(new { sentence1 = pair.Item1, sentence2 = pair.Item2 }) + "\n"));

    private static string PlainText(int documents)
    {
        var draw = new Draw(7);
        var text = new StringBuilder();
        for (int document = 0; document < documents; document++)
        {
            for (int line = 0; line < 12; line++)
            {
                text.Append($"{draw.Of(Words.Names)} {draw.Of(Words.Verbs)} {draw.Of(Words.Names)} in {draw.Of(Words.Places)}. ");
                text.Append($"{draw.Of(Words.Names)} was born in {draw.Of(Words.Years)}.\n");
            }
            text.Append('\n');
        }
        return text.ToString();
    }

    private static void Start(Workplace place, string name, string config)
    {
        Text(place[$"in/{name}/config.json"], config);
        Text(place[$"in/{name}/vocab.txt"], string.Concat(Words.Vocabulary.Select(word => word + "\n")));
    }

    private static void Text(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, text);
    }

    private static void Compressed(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var stream = new GZipStream(System.IO.File.Create(path), CompressionLevel.Optimal);
        stream.Write(Encoding.UTF8.GetBytes(text));
    }
}
