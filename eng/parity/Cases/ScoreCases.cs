namespace BertMLNet.Parity.Cases;

/// <summary>Scoring and evaluating, in all formats, whole, resumed and with bad rows.</summary>
internal static class ScoreCases
{
    private static readonly string[] Job = ["score", "--model", "models/pair", "--input", "in/job.tsv"];
    private static readonly string[] Models = ["pair", "pair-odd", "mini"];

    public static void AddTo(CaseList list)
    {
        foreach (string model in Models)
        {
            Score(list, $"{model}-tsv", model, "held.tsv");
            Score(list, $"{model}-odd-texts", model, "odd-texts.jsonl");
            Evaluate(list, model, model, model == "pair-odd" ? "three.tsv" : "held.tsv");
        }
        Pairs(list);
        Questions(list);
        Jobs(list);
        list.Add("evaluate/pair-jsonl", "evaluate", "--model", "models/pair", "--data", "in/pairs.jsonl", "--max-length", "8",
            "--threads", "1");
        list.Add("evaluate/pair-mrpc", "evaluate", "--model", "models/pair", "--data", "in/mrpc.tsv", "--max-rows", "9", "--json");
        list.Add("evaluate/pair-csv", "evaluate", "--model", "models/pair", "--data", "in/pairs.csv", "--sentence1", "text a",
            "--sentence2", "text b");
        Evaluate(list, "single", "single", "single.tsv");
        Evaluate(list, "qa", "qa", "questions.json");
        Evaluate(list, "qa-odd", "qa-odd", "answerable.json");
        list.Add("evaluate/qa-threshold", "evaluate", "--model", "models/qa", "--data", "in/questions.json.gz", "--null-threshold",
            "-1e9", "--json");
    }

    private static void Pairs(CaseList list)
    {
        Score(list, "pair-jsonl", "pair", "held.jsonl", "--threads", "1");
        Score(list, "pair-mrpc", "pair", "mrpc.tsv", "--max-rows", "5");
        Score(list, "pair-csv", "pair", "pairs.csv", "--sentence1", "text a", "--sentence2", "text b");
        Score(list, "pair-short", "pair", "pairs.tsv", "--max-length", "9", "--batch-tokens", "64");
        Score(list, "pair-columns", "pair", "held.tsv", "--sentence1", "sentence2", "--sentence2", "sentence1");
        Score(list, "pair-standard-graph", "pair", "held.tsv", "--graph", "onnx/model.onnx");
        Score(list, "pair-odd-standard-graph", "pair-odd", "held.tsv", "--graph", "onnx/model.onnx");
        Score(list, "single", "single", "single.tsv");
        Score(list, "pair-verbose", "pair", "held.tsv", "--verbose", "--json");
        Input(list, "single-standard-input", "single", "{\"sentence1\":\"Anna met Boris.\"}\n");
        Input(list, "pair-standard-input", "pair",
            "{\"sentence1\":\"Anna met Boris.\",\"sentence2\":\"b\"}\n{\"sentence2\":\"b\",\"sentence1\":\"a\"}");
        Input(list, "pair-standard-input-tsv", "pair", "sentence1\tsentence2\na\tb\n", "--format", "tsv", "--output", "-");
        Input(list, "pair-standard-input-empty", "pair", "");
        Input(list, "pair-standard-input-blank", "pair", "\n\n");
        Input(list, "pair-standard-input-bad", "pair", "{\"sentence1\":\"a\",\"sentence2\":\"b\"}\n{}\n");
        Input(list, "pair-standard-input-skip", "pair", "{\"sentence1\":\"a\",\"sentence2\":\"b\"}\n{}\n[1]\nno\n", "--on-error", "skip");
        ToFile(list, "pair-file-jsonl", "pair", "held.tsv", "scores.jsonl");
        ToFile(list, "pair-file-tsv", "pair", "held.tsv", "scores.tsv");
        ToFile(list, "pair-odd-file-tsv", "pair-odd", "held.tsv", "below/scores.tsv");
        list.Add("score/pair-closed-pipe", run => run.CommandIntoClosedPipe("score", "--model", "models/pair", "--input", "in/many.tsv"));
    }

    private static void Questions(CaseList list)
    {
        foreach (string model in new[] { "qa", "qa-odd" })
        {
            Score(list, model, model, "questions.json");
            Score(list, $"{model}-three-best", model, "answerable.json", "--n-best", "3");
        }
        Score(list, "qa-unanswered", "qa", "unanswered.jsonl", "--n-best", "1");
        Score(list, "qa-gz", "qa", "questions.json.gz", "--null-threshold", "1e9", "--n-best", "2");
        Score(list, "qa-none", "qa", "questions.json", "--null-threshold", "-1e9", "--n-best", "2");
        Score(list, "qa-windows", "qa", "questions.json", "--max-length", "24", "--doc-stride", "4", "--max-query-length", "5",
            "--max-answer-length", "2", "--n-best", "2");
        Score(list, "qa-standard-graph", "qa", "answerable.json", "--graph", "onnx/model.onnx", "--n-best", "1");
        ToFile(list, "qa-file-jsonl", "qa", "questions.json", "answers.jsonl");
        ToFile(list, "qa-file-tsv", "qa", "questions.json", "answers.tsv");
        Input(list, "qa-standard-input", "qa", QuestionData.JsonLines(QuestionData.Of(3, seed: 9)), "--n-best", "1");
        Input(list, "qa-standard-input-odd", "qa", """
            {"question":"","context":"Anna sang."}
            {"question":"Who?","context":""}
            {"question":" \t","context":"\u00a0\u3000"}
            {"id":7,"question":"Who was 日本?","context":"naïve 日本 👩‍👩‍👧 Anna was born in Paris . \u0000 ."}
            """, "--n-best", "2");
        Input(list, "qa-standard-input-skip", "qa", BadDataCases.Questions, "--n-best", "1", "--on-error", "skip");
        list.Add("score/qa-file-skip", run => run.Command("score", "--model", "models/qa", "--input",
            run.Write("bad.jsonl", BadDataCases.Questions),
            "--output", run.Out("answers.tsv"), "--on-error", "skip"));
        Input(list, "qa-squad-standard-input", "qa", BadDataCases.Squad, "--n-best", "1");
        list.Add("score/qa-squad-skip", run => run.Command(
            "score", "--model", "models/qa", "--on-error", "skip", "--n-best", "1", "--input", run.Write("bad.json", BadDataCases.Squad)));
    }

    /// <summary>Jobs that are cut short, and go on; also those of the recorded build.</summary>
    private static void Jobs(CaseList list)
    {
        list.Add("score/skip", run => run.Command("score", "--model", "models/pair", "--output", run.Out("scores.jsonl"), "--on-error",
            "skip",
            "--input", run.Write("bad.tsv", "sentence1\tsentence2\nonly one\na\tb\nc\td\nonly one\ne\tf\nonly one\n")));
        list.Add("score/skip-tsv", run => run.Command("score", "--model", "models/pair", "--output", run.Out("scores.tsv"), "--on-error",
            "skip",
            "--input", run.Write("bad.tsv", "sentence1\tsentence2\nonly one\na\tb\nc\td\nonly one\ne\tf\nonly one\n")));
        list.Add("score/partial-by-hand", async run =>
        {
            run.Write("scores.jsonl.partial", "a line that must stay\nanother\n{\"lab");
            await run.Command("score", "--model", "models/pair", "--input", "in/held.tsv", "--output", run.Out("scores.jsonl"), "--resume");
        });
        list.Add("score/partial-too-long", async run =>
        {
            run.Write("scores.jsonl.partial", string.Concat(Enumerable.Repeat("{}\n", 30)));
            await run.Command("score", "--model", "models/pair", "--input", "in/held.tsv", "--output", run.Out("scores.jsonl"), "--resume");
        });
        list.Add("score/job-without-resume", Broken());

        // How much of a broken job is done when it breaks differs from run to run: what is kept is handed on, and not recorded.
        list.Add("states/job", Stage.Save, async run =>
        {
            ProcessResult broken = await run.Run([.. Job, "--output", run.Out("kept/scores.jsonl"), "--resume"]);
            run.NoteExit(broken);
            run.Note(broken.Error);
            // The job's file holds absolute paths; a later comparison works elsewhere.
            run.Replace("kept/scores.jsonl.partial.job", run.Place.Folder, "<work>");
            run.Hide("kept");
        });
        list.Publish(Stage.Save, "out/states/job/kept", "states/job");
        list.Add("resume/job-of-the-record", async run =>
        {
            run.Copy("states/job", "kept");
            run.Replace("kept/scores.jsonl.partial.job", "<work>", run.Place.Folder);
            string output = run.Out("kept/scores.jsonl");
            await run.Command([.. Job, "--output", output]);
            await run.Command([.. Job, "--output", output, "--resume", "--max-length", "20"]);
            File.Copy(run.Place["in/many.tsv"], run.Place["in/job.tsv"], overwrite: true);
            await run.Command([.. Job, "--output", output, "--resume", "--threads", "1"]);
        });
    }

    private static Func<CaseRun, Task> Broken() => run =>
        run.Command("score", "--model", "models/pair", "--input", "in/many-broken.tsv", "--output", run.Out("scores.jsonl"));

    private static void Score(CaseList list, string name, string model, string input, params string[] more) =>
        list.Add($"score/{name}", ["score", "--model", $"models/{model}", "--input", $"in/{input}", .. more]);

    private static void ToFile(CaseList list, string name, string model, string input, string output) =>
        list.Add($"score/{name}", run => run.Command("score", "--model", $"models/{model}", "--input", $"in/{input}", "--output",
            run.Out(output)));

    private static void Input(CaseList list, string name, string model, string input, params string[] more) =>
        list.Add($"score/{name}", run => run.CommandWithInput(input, ["score", "--model", $"models/{model}", "--input", "-", .. more]));

    private static void Evaluate(CaseList list, string name, string model, string data)
    {
        list.Add($"evaluate/{name}", "evaluate", "--model", $"models/{model}", "--data", $"in/{data}");
        list.Add($"evaluate/{name}-json", "evaluate", "--model", $"models/{model}", "--data", $"in/{data}", "--json");
    }
}
