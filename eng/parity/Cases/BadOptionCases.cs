namespace BertMLNet.Parity.Cases;

/// <summary>Options that the model or the data cannot take, and places that cannot be written.</summary>
internal static class BadOptionCases
{
    public static void AddTo(CaseList list)
    {
        Options(list);
        Places(list);
    }

    private static void Options(CaseList list)
    {
        string[] train = [.. Train("in/start-pair"), "--from-scratch", "--train", "in/pairs.tsv"];
        foreach (string[] options in new string[][]
        {
            ["--max-length", "65"], ["--max-length", "2"], ["--validation-fraction", "0"], ["--validation-fraction", "1"],
            ["--class-weight", "maybe=2"],
            ["--class-weight", "equivalent=0"], ["--epochs", "0"], ["--batch-size", "0"], ["--freeze", "9"], ["--warmup", "2"],
            ["--learning-rate", "-1"],
            ["--layer-decay", "0"], ["--patience", "0"], ["--label", "none"], ["--sentence1", "none"], ["--sentence1", "sentence2"],
            ["--device", "cuda:0"],
            ["--engine", "torchsharp", "--device", "cuda:9"], ["--max-characters", "3"], ["--accumulate", "0"],
            ["--learning-rate", "1e30", "--epochs", "1"],
            ["--learning-rate", "1e30", "--epochs", "1", "--skip-bad-steps"],
        })
        {
            if (options.Contains("torchsharp") && !list.Options.TorchSharp)
                continue;
            list.Add($"bad/option{string.Join('-', options)}", run => run.Command([.. train, .. options, "--output", run.Out("trained")]));
        }
        foreach (string[] options in new string[][]
        {
            ["--max-length", "65"], ["--max-length", "1"], ["--sentence1", "none"], ["--sentence2", "sentence1"],
            ["--max-characters", "3"], ["--n-best", "2"],
            ["--null-threshold", "1"], ["--graph", "../qa/onnx/model.onnx"], ["--graph", ""], ["--batch-tokens", "1"], ["--format", "csv"],
        })
        {
            list.Add($"bad/score{string.Join('-', options).Replace('/', '-')}",
                ["score", "--model", "models/pair", "--input", "in/held.tsv", .. options]);
        }
        foreach (string[] options in new string[][]
        {
            ["--sentence1", "x"], ["--max-length", "129"], ["--max-length", "6"], ["--doc-stride", "-1"], ["--max-answer-length", "0"],
            ["--max-query-length", "0"],
        })
        {
            list.Add($"bad/answer{string.Join('-', options)}", ["score", "--model", "models/qa", "--input", "in/questions.json",
                "--n-best", "1", .. options]);
        }
        list.Add("bad/answers-tsv-candidates", run => run.Command("score", "--model", "models/qa", "--input", "in/questions.json",
            "--output", run.Out("a.tsv"), "--n-best", "3"));
        list.Add("bad/evaluate-label", "evaluate", "--model", "models/qa", "--data", "in/questions.json", "--label", "x");
        list.Add("bad/evaluate-threshold", "evaluate", "--model", "models/pair", "--data", "in/held.tsv", "--null-threshold", "1");
        list.Add("bad/secret", run => run.CommandWithEnvironment(new Dictionary<string, string> { ["HF_TOKEN"] = "hf_parity" }, "import",
            "--from", "someone/some-model", "--output", run.Out("model")));
    }

    private static void Places(CaseList list)
    {
        list.Add("bad/output-below-a-file", async run =>
        {
            string below = run.Write("file", "") + "/out";
            await run.Command([.. Train("in/start-pair"), "--from-scratch", "--train", "in/pairs.tsv", "--output", below]);
            await run.Command("score", "--model", "models/pair", "--input", "in/held.tsv", "--output", below);
            await run.Command("export", "--model", "models/pair", "--output", below + ".onnx");
            await run.Command("import", "--from", "models/pair", "--output", below);
            await run.Command("train-vocab", "--input", "in/text.txt", "--size", "120", "--min-frequency", "1", "--output", below);
        });
        list.Add("bad/output-in-proc", "import", "--from", "models/pair", "--output", "/proc/self/out");
        list.Add("bad/output-is-a-folder", async run =>
        {
            run.Write("folder/file", "");
            await run.Command("score", "--model", "models/pair", "--input", "in/held.tsv", "--output", run.Out("folder"));
            await run.Command("export", "--model", "models/pair", "--output", run.Out("folder"));
        });
        list.Add("bad/output-is-the-input", async run =>
        {
            string rows = run.Copy("in/held.tsv", "rows.tsv");
            await run.Command("score", "--model", "models/pair", "--input", rows, "--output", run.Out("./rows.tsv"));
        });
        list.Add("bad/output-is-the-start", async run =>
        {
            string start = run.Copy("in/start-pair", "start");
            await run.Command([.. Train(start), "--from-scratch", "--train", "in/pairs.tsv", "--output", start + "/"]);
        });
    }

    private static string[] Train(string model) => ["train", "--task", "pair", "--model", model];
}
