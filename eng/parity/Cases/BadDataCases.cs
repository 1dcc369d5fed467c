namespace BertMLNet.Parity.Cases;

/// <summary>Data that a user may get wrong: tables, questions, plain text.</summary>
internal static class BadDataCases
{
    /// <summary>Rows of questions, of which every other is bad.</summary>
    public const string Questions = """
        not json
        {"id":"a","question":"Who?","context":"Anna sang."}
        {"id":"b","question":"Who?"}
        {"id":"a","question":"Who?","context":"Boris sang."}
        {"id":"c","question":"Who?","context":"Boris sang."}
        [1]
        neither
        """;

    /// <summary>SQuAD's JSON in which some questions and a paragraph are bad.</summary>
    public const string Squad = """
        {"data":[{"paragraphs":[{"context":"Anna sang.","qas":[{"id":"a","question":"Who?"},{"id":"b"},7,{"id":"c","question":"Who?"}]},
        {"qas":[]},{"context":"Boris sang.","qas":[{"id":"d","question":"Who?"}]}]}]}
        """;

    private static readonly (string Name, string File, string Text)[] Tables =
    [
        ("short-row", "rows.tsv", "sentence1\tsentence2\tlabel\na\tb\tequivalent\na\tb\n"),
        ("long-row", "rows.tsv", "sentence1\tsentence2\tlabel\na\tb\tequivalent\tmore\n"),
        ("unknown-label", "rows.tsv", "sentence1\tsentence2\tlabel\na\tb\tmaybe\nc\td\tequivalent\n"),
        ("empty", "rows.tsv", ""),
        ("header", "rows.tsv", "sentence1\tsentence2\tlabel\n"),
        ("columns", "rows.tsv", "first\tsentence2\tlabel\na\tb\tequivalent\n"),
        ("no-label", "rows.tsv", "sentence1\tsentence2\na\tb\n"),
        ("empty-label", "rows.tsv", "sentence1\tsentence2\tlabel\na\tb\tequivalent\na\tb\t\n"),
        ("one-label", "rows.tsv", "sentence1\tsentence2\tlabel\na\tb\tequivalent\nc\td\tequivalent\n"),
        ("column-twice", "rows.tsv", "sentence1\tsentence1\tlabel\na\tb\tequivalent\n"),
        ("single", "rows.tsv", "sentence1\tlabel\na\tequivalent\nb\tnot_equivalent\n"),
        ("spelling", "rows.csv", "sentence1, sentence2,label\na, b,equivalent\n"),
        ("capitals", "rows.jsonl", "{\"sentence1\":\"a\",\"SENTENCE2\":\"b\",\"label\":\"equivalent\"}\n"),
        ("quote-inside", "rows.csv", "sentence1,sentence2,label\na \"b\" c,b,equivalent\n"),
        ("quote-open", "rows.csv", "sentence1,sentence2,label\n\"a,b,equivalent\n"),
        ("json-broken", "rows.jsonl", "{\"sentence1\":\"a\",\"sentence2\":\n"),
        ("json-array", "rows.jsonl", "[{\"sentence1\":\"a\",\"sentence2\":\"b\",\"label\":\"equivalent\"}]\n"),
        ("json-number", "rows.jsonl",
            "{\"sentence1\":1.5,\"sentence2\":true,\"label\":0}\n{\"sentence1\":null,\"sentence2\":{},\"label\":1}\n"),
        ("ending", "rows.xml", "<rows/>"),
    ];

    private static readonly (string Name, string Text)[] Squads =
    [
        ("no-question", """{"data":[{"paragraphs":[{"context":"c","qas":[{"id":"1","answers":[]}]}]}]}"""),
        ("id-twice", """
            {"data":[{"paragraphs":[{"context":"c","qas":[{"id":"1","question":"q","answers":[]},{"id":"1","question":"r","answers":[]}]}]}]}
            """),
        ("cut", """{"data":[{"paragraphs":[{"context":"c","qas":["""),
        ("empty", ""),
        ("no-questions", "{}"),
        ("joined", """{"data":[]}{"data":[]}"""),
        ("impossible", """
            {"data":[{"paragraphs":[{"context":"c","qas":[
            {"id":"1","question":"q","is_impossible":true,"answers":[{"text":"c","answer_start":0}]}]}]}]}
            """),
        ("far-answer", """
            {"data":[{"paragraphs":[{"context":"c","qas":[{"id":"1","question":"q","answers":[{"text":"c","answer_start":99}]}]}]}]}
            """),
        ("number", """{"data":[{"paragraphs":[{"context":7,"qas":[]}]}]}"""),
    ];

    public static void AddTo(CaseList list)
    {
        Tabular(list);
        Texts(list);
    }

    private static void Tabular(CaseList list)
    {
        foreach ((string name, string file, string text) in Tables)
        {
            list.Add($"bad/rows-{name}", async run =>
            {
                string data = run.Write(file, text);
                await run.Command([.. Train("in/start-pair"), "--from-scratch", "--train", data, "--epochs", "1", "--output",
                    run.Out("trained")]);
                await run.Command("score", "--model", "models/pair", "--input", data, "--output", run.Out("scores.jsonl"));
                await run.Command("evaluate", "--model", "models/pair", "--data", data);
            });
        }
        list.Add("bad/rows-latin", async run =>
        {
            string data = run.Write("rows.tsv", [.. "sentence1\tsentence2\tlabel\ncaf"u8, 0xE9, .. "\tb\tequivalent\n"u8]);
            await run.Command([.. Train("in/start-pair"), "--from-scratch", "--train", data, "--output", run.Out("trained")]);
            await run.Command("score", "--model", "models/pair", "--input", data);
            await run.Command("evaluate", "--model", "models/pair", "--data", data);
        });
        list.Add("bad/rows-missing", async run =>
        {
            await run.Command([.. Train("in/start-pair"), "--from-scratch", "--train", "in/none.tsv", "--output", run.Out("trained")]);
            await run.Command("score", "--model", "models/pair", "--input", "in/none.tsv");
            await run.Command("evaluate", "--model", "models/pair", "--data", "in");
        });
        list.Add("bad/validation", async run =>
        {
            string single = run.Write("single.tsv", "sentence1\tsentence_2\tlabel\none\ttwo\tequivalent\n");
            string labels = run.Write("labels.tsv", "sentence1\tsentence2\tlabel\na\tb\tmaybe\n");
            foreach (string validation in new[] { single, labels, "in/none.tsv" })
                await run.Command([.. Train("in/start-pair"), "--from-scratch", "--train", "in/pairs.tsv", "--validation", validation,
                    "--output", run.Out("trained")]);
        });
    }

    private static void Texts(CaseList list)
    {
        foreach ((string name, string text) in Squads)
        {
            list.Add($"bad/questions-{name}", async run =>
            {
                string data = run.Write("bad.json", text);
                await run.Command("score", "--model", "models/qa", "--input", data, "--output", run.Out("answers.jsonl"));
                await run.Command("evaluate", "--model", "models/qa", "--data", data);
                await run.Command("train", "--task", "qa", "--model", "in/start-qa", "--from-scratch", "--train", data, "--output",
                    run.Out("trained"));
            });
        }
        list.Add("bad/questions-lines", async run =>
        {
            string data = run.Write("bad.jsonl", Questions);
            await run.Command("score", "--model", "models/qa", "--input", data, "--output", run.Out("answers.jsonl"));
            await run.Command("evaluate", "--model", "models/qa", "--data", "in/unanswered.jsonl");
            await run.Command("score", "--model", "models/qa", "--input", "in/held.tsv");
            await run.Command("score", "--model", "models/pair", "--input", "in/questions.json");
        });
        list.Add("bad/text", async run =>
        {
            string[] pretrain = ["pretrain", "--model", "in/start-pair", "--from-scratch", "--updates", "2", "--evaluate-every", "2",
                "--output", run.Out("trained")];
            await run.Command([.. pretrain, "--text", "in/one-document.txt", "--sentence-task", "next-sentence"]);
            await run.Command([.. pretrain, "--text", "in/none.txt"]);
            await run.Command([.. pretrain, "--text", run.Write("empty.txt", "\n\n")]);
            await run.Command([.. pretrain[..^6], "--updates", "7", "--evaluate-every", "3", "--output", run.Out("trained"), "--text",
                "in/text.txt"]);
        });
    }

    private static string[] Train(string model) => ["train", "--task", "pair", "--model", model];
}
