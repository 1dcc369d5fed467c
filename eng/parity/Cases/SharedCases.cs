namespace BertMLNet.Parity.Cases;

/// <summary>What the command does today with the folders of known faults: a later build may do better, and then shows it.</summary>
internal static class SharedCases
{
    public static void AddTo(CaseList list)
    {
        string folder = Path.Combine(list.Options.Shared, "cases");
        if (!Directory.Exists(folder))
            return;
        string[] models = [.. Directory.EnumerateFiles(folder, "config.json", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, Path.GetDirectoryName(file)!)).Order(StringComparer.Ordinal)];
        foreach (string model in models)
            list.Add($"shared/{model.Replace('/', '-')}", run => UseAsync(run, $"in/cases/{model}"));
        foreach (string data in Directory.EnumerateFiles(folder, "train*", SearchOption.AllDirectories).Select(file =>
            Path.GetRelativePath(folder, file)))
        {
            string model = Path.GetDirectoryName(data)!;
            string[] start = models.Contains(model) ? ["--model", $"in/cases/{model}"] : ["--model", "in/start-pair", "--from-scratch"];
            list.Add($"shared/{data.Replace('/', '-')}", async run =>
            {
                await run.Command(["train", "--task", "pair", .. start, "--train", $"in/cases/{data}", "--learning-rate", "1e-9",
                    "--epochs", "1", "--output", run.Out("model")]);
                if (File.Exists(run.Place[$"in/cases/{model}/rows.jsonl"]))
                    await run.Command("score", "--model", run.Out("model"), "--input", $"in/cases/{model}/rows.jsonl");
            });
        }
    }

    private static async Task UseAsync(CaseRun run, string model)
    {
        await run.Command("import", "--from", model, "--output", run.Out("imported"));
        foreach (string rows in Directory.GetFiles(run.Place[model], "*.jsonl").Select(file =>
            $"{model}/{Path.GetFileName(file)}").Order(StringComparer.Ordinal))
        {
            if (Path.GetFileName(rows).StartsWith("train", StringComparison.Ordinal))
                continue;
            await run.Command("score", "--model", model, "--input", rows);
            await run.Command("tokenize", "--model", model, "--input", rows);
        }
        await run.Command("inspect", model);
        if (Path.GetFileName(model) == "embedded-tokenizer")
            await run.Command("export", "--model", model, "--output", run.Out("graph.onnx"), "--embed-tokenizer", "--verify",
                "--verify-data", $"{model}/rows.jsonl");
    }
}
