namespace BertMLNet.Parity.Cases;

/// <summary>Every kind of graph of every kind of model: its bytes, its operators and what it computes.</summary>
internal static class ExportCases
{
    private static readonly string[] Models = ["pair", "pair-odd", "qa", "qa-odd", "single", "mini"];
    private static readonly string[] Precisions = ["fp32", "fp16", "int8"];

    public static void AddTo(CaseList list)
    {
        foreach (string model in Models)
        {
            foreach (string precision in Precisions)
            {
                foreach (string names in new[] { "hf", "tf" })
                {
                    if (model == "mini" && names == "tf")
                        continue;
                    list.Add($"export/{model}-{precision}-{names}", run =>
                        Export(run, model, run.Out("graph.onnx"), "--precision", precision, "--names", names, "--verify"));
                }
            }
            if (!model.StartsWith("qa", StringComparison.Ordinal))
                list.Add($"export/{model}-tokenizer", run => Export(run, model, run.Out("graph.onnx"), "--embed-tokenizer", "--verify",
                    "--json"));
            list.Add($"graphs/{model}", async run =>
            {
                await run.Pipelines("graph", $"models/{model}/onnx/model.onnx");
                await run.Pipelines("graph", $"models/{model}/onnx/model_optimized.onnx");
                await run.Command("inspect", $"models/{model}/onnx/model_optimized.onnx", "--json");
            });
            list.Add($"export/{model}-in-place", async run =>
            {
                string folder = run.Copy($"models/{model}", "model");
                run.Delete("model/onnx");
                await run.Command("export", "--model", folder);
                foreach (string precision in Precisions[1..])
                    await run.Command("export", "--model", folder, "--precision", precision, "--verify", "--json");
                string input = model.StartsWith("qa", StringComparison.Ordinal) ? "in/answerable.json" : model == "single"
                    ? "in/single.tsv" : "in/held.tsv";
                foreach (string graph in new[] { "model_optimized", "model_fp16", "model_quantized" })
                    await run.Command("score", "--model", folder, "--input", input, "--graph", $"onnx/{graph}.onnx", "--max-rows", "8");
            });
        }
        list.Add("export/tokenizer-in-place", async run =>
        {
            string folder = run.Copy("models/pair", "model");
            await run.Command("export", "--model", folder, "--embed-tokenizer");
            await run.Command("inspect", run.Out("model/onnx/model_with_tokenizer.onnx"));
        });
        list.Add("export/verify-data", run => Export(run, "pair", run.Out("graph.onnx"), "--verify-data", "in/held.tsv"));
        list.Add("export/verify-questions", run => Export(run, "qa", run.Out("graph.onnx"), "--verify-data", "in/questions.json",
            "--precision", "int8"));
        list.Add("export/masked", run => run.Command("export", "--model", "models/masked", "--output", run.Out("graph.onnx")));
        list.Add("export/next-sentence", run => run.Command("export", "--model", "models/next-sentence", "--output",
            run.Out("graph.onnx")));
        list.Add("export/qa-tokenizer", run => run.Command("export", "--model", "models/qa", "--output", run.Out("graph.onnx"),
            "--embed-tokenizer"));
        list.Add("export/checkpoint", run => run.Command("export", "--model", "models/pair/model.safetensors", "--output",
            run.Out("graph.onnx"), "--verify"));
        list.Add("export/checkpoint-in-place", run => run.Command("export", "--model", "models/pair/model.safetensors"));
        list.Add("export/names-in-place", "export", "--model", "models/pair", "--names", "tf");
        list.Add("export/wrong-ending", run => run.Command("export", "--model", "models/pair", "--output", run.Out("model.safetensors")));
        list.Add("export/tokenizer-int8", run => run.Command("export", "--model", "models/pair", "--output", run.Out("graph.onnx"),
            "--embed-tokenizer", "--precision", "int8"));
        list.Add("export/tokenizer-tf", run => run.Command("export", "--model", "models/pair", "--output", run.Out("graph.onnx"),
            "--embed-tokenizer", "--names", "tf"));
        list.Add("export/verify-nothing", run => run.Command("export", "--model", "models/pair", "--output", run.Out("graph.onnx"),
            "--verify-data", run.Write("header.tsv", "sentence1\tsentence2\n")));
        list.Add("export/older-graph-stays", async run =>
        {
            run.Write("graph.onnx", "older");
            await run.Command("export", "--model", "models/pair", "--output", run.Out("graph.onnx"), "--verify-data", run.Out("none.tsv"));
        });
        list.Add("export/verify-data-of-another-task", run => run.Command("export", "--model", "models/qa", "--output",
            run.Out("graph.onnx"), "--verify-data", "in/held.tsv"));
    }

    private static async Task Export(CaseRun run, string model, string graph, params string[] options)
    {
        await run.Command(["export", "--model", $"models/{model}", "--output", graph, .. options]);
        await run.Command("inspect", graph);
        await run.Pipelines("graph", graph);
    }
}
