namespace BertMLNet.Parity.Cases;

/// <summary>The demos: how they begin, with the data that they generate; all of them where there is time.</summary>
internal static class DemoCases
{
    public static void AddTo(CaseList list)
    {
        foreach (string task in new[] { "pair", "qa" })
        {
            list.Add($"demo/{task}-begins", async run =>
            {
                ProcessResult result = await run.Interrupted("Training on", "demo", "--task", task, "--output", run.Out("demo"));
                run.NoteExit(result);
                run.Note(result.Error);
                run.Hide("demo/model");
            });
            if (list.Options.Demo)
                list.Add($"demo/{task}", run => run.Command("demo", "--task", task, "--output", run.Out("demo")));
        }
    }
}
