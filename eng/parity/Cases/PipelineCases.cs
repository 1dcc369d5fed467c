namespace BertMLNet.Parity.Cases;

/// <summary>ML.NET: what the estimators add to rows, and pipelines saved by this build and by the recorded one.</summary>
internal static class PipelineCases
{
    public static void AddTo(CaseList list)
    {
        if (list.Options.Pipelines is null)
            return;
        list.Add("pipelines/save", Stage.Save, async run =>
        {
            await run.Pipelines("save", "models", run.Out("zips"));
            foreach (string zip in Zips)
                await run.Pipelines("load", Kind(zip), run.Out($"zips/{zip}.zip"));
        });
        list.Publish(Stage.Save, "out/pipelines/save/zips", "pipelines");
        foreach (string zip in Zips)
            list.Add($"pipelines/{zip}-of-the-record", run => run.Pipelines("load", Kind(zip), $"pipelines/{zip}.zip"));
        foreach (string model in new[] { "pair", "pair-odd", "single", "mini" })
            list.Add($"pipelines/{model}", run => run.Pipelines("transform", "pair", $"models/{model}"));
        foreach (string model in new[] { "qa", "qa-odd" })
            list.Add($"pipelines/{model}", run => run.Pipelines("transform", "qa", $"models/{model}"));
        foreach (string model in new[] { "pair", "pair-odd", "mini" })
            list.Add($"pipelines/{model}-tokens", run => run.Pipelines("transform", "tokens", $"models/{model}"));
        foreach (string model in new[] { "pair", "pair-odd", "single" })
            list.Add($"classifier/{model}", run => run.Pipelines("classify", $"models/{model}"));
        foreach (string model in new[] { "qa", "qa-odd" })
            list.Add($"answerer/{model}", run => run.Pipelines("answer", $"models/{model}"));
        list.Add("pipelines/bad", run => run.Pipelines("bad", "models", "pipelines", run.Out("written")));
    }

    private static IEnumerable<string> Zips =>
        ["pair-mlnet", "pair-packed", "pair-odd-mlnet", "pair-odd-packed", "qa-mlnet", "qa-packed", "tokens-mlnet", "tokens-packed",
            "chain-mlnet", "chain-packed", "key-mlnet", "key-packed", "binary-mlnet", "binary-packed", "best-mlnet", "best-packed"];

    private static string Kind(string zip) => zip.StartsWith("qa", StringComparison.Ordinal)
        || zip.StartsWith("best", StringComparison.Ordinal) ? "qa" : "pair";
}
