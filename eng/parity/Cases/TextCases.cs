namespace BertMLNet.Parity.Cases;

/// <summary>Tokens, vocabularies and listings.</summary>
internal static class TextCases
{
    private const string Words = "in/start-pair/vocab.txt";

    public static void AddTo(CaseList list)
    {
        Tokenize(list, "texts", "--vocab", Words, "Anna met Boris.", "Héllo, wörld!", "日本語 🙂 [SEP] [MASK]", "@nobody 'hello'", "");
        Tokenize(list, "pair", "--vocab", Words, "Anna met Boris.", "who?", "--pair", "It is 1932.");
        Tokenize(list, "cased", "--vocab", Words, "--cased", "Anna anna ANNA");
        Tokenize(list, "short", "--vocab", Words, "Anna met Boris in Paris.", "--pair", "It is 1932, is it?", "--max-length", "8");
        Tokenize(list, "only-first", "--vocab", Words, "Anna met Boris in Paris.", "--pair", "It is", "--max-length", "8",
            "--truncation", "only-first");
        Tokenize(list, "only-second", "--vocab", Words, "Anna met", "--pair", "It is 1932, is it?", "--max-length", "8", "--truncation",
            "only-second");
        Tokenize(list, "too-short", "--vocab", Words, "Anna met", "--max-length", "1");
        Tokenize(list, "windows", "--vocab", Words, "Anna met Boris in Paris and Clara in Rome.", "--max-length", "6", "--stride", "2");
        Tokenize(list, "pair-windows", "--vocab", Words, "Who met?", "--pair", "Anna met Boris in Paris and Clara in Rome.",
            "--max-length", "10",
            "--stride", "2", "--truncation", "only-second");
        Tokenize(list, "stride-too-long", "--vocab", Words, "Anna met Boris in Paris.", "--max-length", "6", "--stride", "9");
        Tokenize(list, "json-vocabulary", "--vocab", "models/pair/tokenizer.json", "Anna met Boris.");
        foreach (string model in new[] { "models/pair", "models/pair-odd", "models/mini", "in/mini" })
            Tokenize(list, model.Replace('/', '-'), "--model", model, "Anna met Boris in Reykjavík; the naïve café-goer didn't.", "--json");
        Tokenize(list, "lines", "--vocab", Words, "--input", "in/lines.txt");
        Tokenize(list, "table", "--vocab", Words, "--input", "in/held.tsv", "--max-rows", "3");
        Tokenize(list, "odd-texts", "--vocab", Words, "--input", "in/odd-texts.jsonl", "--max-length", "40");
        Tokenize(list, "pair-with-table", "--vocab", Words, "--input", "in/held.tsv", "--pair", "who");
        Tokenize(list, "rows-without-table", "--vocab", Words, "who", "--max-rows", "1");
        Tokenize(list, "missing", "--vocab", "in/none.txt", "who");
        list.Add("tokenize/standard-input", run => run.CommandWithInput("Anna met.\n\nBoris\r\nno line feed", "tokenize", "--vocab",
            Words, "--input", "-"));
        foreach (string token in new[] { "[CLS]", "[SEP]", "[UNK]", "[PAD]" })
        {
            list.Add($"tokenize/without-{token[1..^1]}", run => run.Command("tokenize", "a", "--vocab", run.Write("vocab.txt",
                string.Concat(new[] { "[PAD]", "[UNK]", "[CLS]", "[SEP]", "a" }.Where(word => word != token).Select(word => word
                    + "\n")))));
        }
        list.Add("tokenize/twice", run => run.Command("tokenize", "a", "--vocab",
            run.Write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\nb\na\n")));
        list.Add("tokenize/latin", run => run.Command("tokenize", "a", "--vocab",
            run.Write("vocab.txt", [.. "[PAD]\n[UNK]\n[CLS]\n[SEP]\n"u8, 0xE9, 10])));

        Vocabularies(list);
        foreach (string path in new[] { "models/pair", "models/qa-odd/model.safetensors", "models/mini/onnx/model.onnx", "in/mini",
            "in/start-pair", "in/none", "in/pairs.tsv", "in" })
        {
            list.Add($"inspect/{path.Replace('/', '-')}", async run =>
            {
                await run.Command("inspect", path);
                await run.Command("inspect", path, "--json");
            });
        }
    }

    private static void Vocabularies(CaseList list)
    {
        string[] train = ["train-vocab", "--min-frequency", "1"];
        Vocabulary(list, "text", [.. train, "--input", "in/text.txt", "--size", "150", "--held-out", "in/lines.txt"]);
        Vocabulary(list, "json", [.. train, "--input", "in/text.txt", "--input", "in/texts", "--size", "90", "--json", "--threads", "1"]);
        Vocabulary(list, "likelihood", [.. train, "--input", "in/text.txt", "--size", "120", "--merges", "likelihood"]);
        Vocabulary(list, "cased", [.. train, "--input", "in/text.txt", "--weight", "2", "--input", "in/lines.txt", "--weight", "7",
            "--size", "200", "--cased"]);
        Vocabulary(list, "few-words", [.. train, "--input", "in/text.txt", "--size", "5000", "--max-words", "9", "--limit-alphabet", "15"]);
        Vocabulary(list, "too-small", [.. train, "--input", "in/text.txt", "--size", "20"]);
        Vocabulary(list, "missing", [.. train, "--input", "in/none.txt"]);
        Vocabulary(list, "missing-held-out", [.. train, "--input", "in/text.txt", "--held-out", "in/none.txt"]);
        list.Add("train-vocab/empty", run => run.Command([.. train, "--input", run.Write("empty.txt", " \n"), "--output",
            run.Out("vocab.txt")]));
        list.Add("train-vocab/latin", run => run.Command([.. train, "--input", run.Write("latin.txt", [97, 10, 99, 0xE9]), "--output",
            run.Out("vocab.txt")]));
        list.Add("train-vocab/onto-itself", async run =>
        {
            string text = run.Write("text.txt", "abc");
            await run.Command([.. train, "--input", text, "--output", text]);
        });
    }

    private static void Vocabulary(CaseList list, string name, string[] arguments) =>
        list.Add($"train-vocab/{name}", run => run.Command([.. arguments, "--output", run.Out("vocab.txt")]));

    private static void Tokenize(CaseList list, string name, params string[] arguments) =>
        list.Add($"tokenize/{name}", ["tokenize", .. arguments]);
}
