namespace BertMLNet.Parity.Cases;

/// <summary>Runs that are interrupted and go on: this build's own, and those that the recorded build left.</summary>
internal static class ResumeCases
{
    private static readonly (string Name, string[] Arguments)[] Runs =
    [
        ("pair", ["train", "--task", "pair", "--model", "in/start-pair", "--from-scratch", "--train", "in/pairs.tsv", "--validation",
            "in/held.tsv",
            "--epochs", "60", "--batch-size", "8", "--learning-rate", "1e-3", "--checkpoint-minutes", "0"]),
        ("qa", ["train", "--task", "qa", "--model", "in/start-odd", "--from-scratch", "--train", "in/answerable.json", "--max-length", "60",
            "--validation", "in/answerable.json", "--epochs", "40", "--batch-size", "8", "--learning-rate", "1e-3",
                "--checkpoint-minutes", "0"]),
        ("pretrain", ["pretrain", "--model", "in/start-pair", "--from-scratch", "--text", "in/text.txt", "--updates", "60",
            "--evaluate-every", "2",
            "--batch-size", "16", "--sentence-task", "next-sentence", "--checkpoint-minutes", "0"]),
    ];

    /// <summary>How often a run is begun anew that came to its end before it was interrupted.</summary>
    private const int Attempts = 5;

    public static void AddTo(CaseList list)
    {
        foreach ((string name, string[] arguments) in Runs)
        {
            list.Add($"states/{name}", Stage.Make, run => Interrupt(run, arguments));
            list.Publish(Stage.Make, $"out/states/{name}/kept", $"states/{name}");

            list.Add($"resume/{name}-whole", Stage.Make, run => run.Command([.. arguments, "--output", run.Out("model")]));
            list.Add($"resume/{name}-of-the-record", async run =>
            {
                run.Copy($"states/{name}", "model");
                string[] train = [.. arguments, "--output", run.Out("model")];
                await run.Command(train);
                await run.Command([.. train, "--resume", "--seed", "5"]);
                await run.Command([.. train, "--resume"]);
                // It is over: going on with it again is going on with nothing.
                await run.Command([.. train, "--resume"]);
            });
        }
        list.Add("resume/nothing-yet", run => run.Command([.. Short(Runs[0].Arguments), "--resume", "--output", run.Out("model")]));
        list.Add("resume/finished-anew", async run =>
        {
            string[] train = [.. Short(Runs[0].Arguments), "--output", run.Out("model")];
            await run.Command(train);
            await run.Command(train);
        });
        list.Add("resume/damaged", async run =>
        {
            run.Copy("states/pair", "model");
            foreach (string file in Directory.GetFiles(run.Place[run.Out("model/training")], "state-*.ckpt"))
            {
                string name = $"model/training/{Path.GetFileName(file)}";
                run.Change(name, bytes => { bytes[^100] ^= 1; return bytes; });
            }
            await run.Command([.. Runs[0].Arguments, "--output", run.Out("model"), "--resume"]);
        });
        list.Add("resume/damaged-last", async run =>
        {
            run.Copy("states/pair", "model");
            string last = Directory.GetFiles(run.Place[run.Out("model/training")], "state-*.ckpt").Max()!;
            run.Change($"model/training/{Path.GetFileName(last)}", bytes => bytes[..^1000]);
            await run.Command([.. Runs[0].Arguments, "--output", run.Out("model"), "--resume"]);
        });
        list.Add("resume/other-data", async run =>
        {
            run.Copy("states/pair", "model");
            await run.Command([.. Runs[0].Arguments[..6], "--train", "in/pairs.jsonl", .. Runs[0].Arguments[8..], "--output",
                run.Out("model"), "--resume"]);
            await run.Command([.. Runs[0].Arguments[..6], "--train", "in/held.tsv", .. Runs[0].Arguments[8..], "--output",
                run.Out("model"), "--resume"]);
        });
    }

    private static string[] Short(string[] arguments)
    {
        int epochs = Array.IndexOf(arguments, "--epochs");
        return [.. arguments[..epochs], "--epochs", "1", .. arguments[(epochs + 2)..]];
    }

    /// <summary>Where an interruption comes differs from run to run: the state is kept, but what is recorded is how the run ends.</summary>
    private static async Task Interrupt(CaseRun run, string[] arguments)
    {
        string[] train = [.. arguments, "--output", run.Out("model")];
        ProcessResult result = await run.Interrupted("Epoch 1 of", train);
        for (int again = 0; again < Attempts && result.ExitCode == 0; again++)
        {
            run.Delete("model");
            result = await run.Run(train, interruptAt: "Epoch 1 of");
        }
        run.NoteExit(result);
        run.Note($"last line: {result.Error.TrimEnd().Split('\n')[^1]}");
        Workplace.Copy(run.Place[run.Out("model")], run.Place[run.Out("kept")]);
        ProcessResult resumed = await run.Run([.. train, "--resume"]);
        run.Note($"$ … --resume");
        run.NoteExit(resumed);
        run.Note("went on: " + resumed.Error.Contains("Going on from update"));
        run.Hide("kept");
    }
}
