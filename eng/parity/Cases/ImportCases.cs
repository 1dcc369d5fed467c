namespace BertMLNet.Parity.Cases;

/// <summary>Checkpoints of every format and naming, whole and damaged: imported, inspected, tokenized with.</summary>
internal static class ImportCases
{
    private const string Fixtures = "in/fixtures/checkpoints";

    public static void AddTo(CaseList list)
    {
        foreach (string model in new[] { "pair", "pair-odd", "qa", "single", "masked", "next-sentence" })
            Import(list, model, $"models/{model}");
        Import(list, "safetensors", "models/pair/model.safetensors", "--json");
        Import(list, "onnx", "models/pair/onnx/model.onnx");
        Import(list, "onnx-optimized", "models/qa/onnx/model_optimized.onnx");
        Import(list, "onnx-folder", "models/pair/onnx/", "--no-onnx");
        Import(list, "bf16", "models/pair", "--type", "bf16", "--no-onnx", "--json");
        Import(list, "f16", "models/qa", "--type", "f16");
        Import(list, "mini", "in/mini", "--no-onnx");
        Import(list, "config-alone", "in/start-pair");
        Import(list, "nothing", "in/none");
        Import(list, "hub-offline", "google-bert/bert-base-uncased");
        Import(list, "text", "in/pairs.tsv");
        list.Add("import/over-another", async run =>
        {
            string folder = run.Copy("models/qa", "model");
            await run.Command("import", "--from", "models/pair", "--output", folder);
        });
        list.Add("import/onto-itself", async run =>
        {
            string folder = run.Copy("models/pair", "model");
            await run.Command("import", "--from", folder, "--output", folder);
        });
        list.Add("import/from-graph-alone", async run =>
        {
            run.Copy("models/pair", "model");
            run.Delete("model/model.safetensors");
            await run.Command("import", "--from", run.Out("model"), "--output", run.Out("imported"));
        });
        list.Add("import/without-graph", async run =>
        {
            run.Copy("models/pair", "model");
            run.Delete("model/onnx");
            await run.Command("score", "--model", run.Out("model"), "--input", "in/held.tsv", "--max-rows", "3");
            await run.Command("evaluate", "--model", run.Out("model/model.safetensors"), "--data", "in/held.tsv", "--json");
            await run.Command("score", "--model", run.Out("model"), "--input", "in/held.tsv", "--graph", "onnx/model.onnx");
        });
        list.Add("import/google", async run =>
        {
            GoogleCheckpoint.Write(run.Place["models/masked"], run.Place[run.Out("google")]);
            await run.Command("inspect", run.Out("google"));
            await run.Command("import", "--from", run.Out("google"), "--output", run.Out("model"));
            await run.Command("train", "--task", "pair", "--model", run.Out("google"), "--train", "in/pairs.tsv", "--epochs", "1",
                "--output", run.Out("tuned"));
            run.Change("google/bert_model.ckpt.data-00000-of-00001", bytes => { bytes[100] ^= 1; return bytes; });
            await run.Command("import", "--from", run.Out("google"), "--output", run.Out("damaged"));
        });

        if (!Directory.Exists(Path.Combine(list.Options.Shared, "fixtures", "checkpoints")))
            return;
        foreach (string fixture in new[] { "hf-zip-pickle", "hf-legacy-pickle", "tf-bert-base-index", "tf-mlp", "tf-snappy-index",
            "tf-string-tensor" })
        {
            Import(list, $"fixture-{fixture}", $"{Fixtures}/{fixture}");
            Inspect(list, $"fixture-{fixture}", $"{Fixtures}/{fixture}");
        }
        Import(list, "fixture-zip-file", $"{Fixtures}/hf-zip-pickle/pytorch_model.bin", "--json");
        foreach (string file in new[] { "tensors.safetensors", "tensors.pth", "hf-zip-pickle/pytorch_model.bin",
            "hf-legacy-pickle/pytorch_model.bin", "tf-mlp/model.ckpt",
            "tf-snappy-index/variables", "tf-string-tensor/variables", "tf-bert-base-index/bert_model.ckpt" })
        {
            Inspect(list, $"file-{file.Replace('/', '-')}", $"{Fixtures}/{file}");
        }
        foreach (string fixture in new[] { "hf-zip-pickle", "hf-legacy-pickle" })
        {
            Damaged(list, $"{fixture}-cut", fixture, bytes => bytes[..(bytes.Length / 2)]);
            Damaged(list, $"{fixture}-changed", fixture, bytes => { bytes[bytes.Length / 2] ^= 0xFF; return bytes; });
        }
    }

    private static void Damaged(CaseList list, string name, string fixture, Func<byte[], byte[]> change) =>
        list.Add($"import/damaged-{name}", async run =>
    {
        run.Copy($"{Fixtures}/{fixture}", "model");
        run.Change("model/pytorch_model.bin", change);
        await run.Command("import", "--from", run.Out("model"), "--output", run.Out("imported"), "--no-onnx");
    });

    private static void Import(CaseList list, string name, string from, params string[] more) => list.Add($"import/{name}", async run =>
    {
        await run.Command(["import", "--from", from, "--output", run.Out("model"), .. more]);
    });

    private static void Inspect(CaseList list, string name, string path) => list.Add($"inspect/{name}", async run =>
    {
        await run.Command("inspect", path);
        await run.Command("inspect", path, "--json");
    });
}
