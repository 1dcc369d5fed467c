using System.Text;

namespace BertMLNet.Parity.Cases;

/// <summary>Model folders that a user may get wrong: configurations, and files that are damaged, missing or another model's.</summary>
internal static class BadModelCases
{
    private static readonly (string Name, string From, string To)[] Configs =
    [
        ("heads", "\"num_attention_heads\": 2", "\"num_attention_heads\": 3"),
        ("roberta", "\"model_type\": \"bert\"", "\"model_type\": \"roberta\""),
        ("relative", "\"absolute\"", "\"relative_key\""),
        ("shape", "\"intermediate_size\": 64", "\"intermediate_size\": 48"),
        ("layers", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3"),
        ("fewer-layers", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1"),
        ("activation", "\"hidden_act\": \"gelu\"", "\"hidden_act\": \"mish\""),
        ("width", "\"hidden_size\": 32", "\"hidden_size\": -32"),
        ("text-for-number", "\"hidden_size\": 32", "\"hidden_size\": \"wide\""),
        ("architecture", "BertForSequenceClassification", "BertForMultipleChoice"),
        ("labels", "\"0\": \"equivalent\"", "\"5\": \"equivalent\""),
        ("label-twice", "\"0\": \"equivalent\"", "\"0\": \"not_equivalent\""),
        ("vocabulary", "\"vocab_size\": ", "\"vocab_size\": 1"),
        ("broken", "\"hidden_size\"", "hidden_size"),
        ("no-width", "\"hidden_size\": 32,", ""),
        ("positions", "\"max_position_embeddings\": 64", "\"max_position_embeddings\": 32"),
        ("trained-on-single", "\"sentence_pairs\": true", "\"sentence_pairs\": false"),
        ("open-to-both", "\"sentence_pairs\": true", "\"unknown\": true"),
    ];

    private static readonly (string Name, string File, Func<byte[], byte[]>? Change)[] Damages =
    [
        ("weights-cut", "model.safetensors", bytes => bytes[..(bytes.Length / 2)]),
        ("weights-header", "model.safetensors", bytes => { bytes[20] = (byte)'}'; return bytes; }),
        ("weights-length", "model.safetensors", bytes => { bytes[6] = 0x7F; return bytes; }),
        ("weights-nan", "model.safetensors", bytes => { bytes.AsSpan(bytes.Length - 4096).Fill(0xFF); return bytes; }),
        ("weights-gone", "model.safetensors", null),
        ("weights-pointer", "model.safetensors", _ =>
            Encoding.UTF8.GetBytes("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n")),
        ("config-gone", "config.json", null),
        ("config-latin", "config.json", bytes => { bytes[bytes.AsSpan().IndexOf("Bert"u8) + 1] = 0xFF; return bytes; }),
        ("tokenizer-broken", "tokenizer.json", bytes => bytes[..100]),
        ("tokenizer-other", "tokenizer.json", bytes => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace("WordPiece", "BPE"))),
        ("tokenizer-gone", "tokenizer.json", null),
        ("vocabulary-short", "vocab.txt", bytes => bytes[..60]),
        ("graph-cut", "onnx/model_optimized.onnx", bytes => bytes[..(bytes.Length / 2)]),
        ("graph-empty", "onnx/model_optimized.onnx", _ => []),
        ("graph-text", "onnx/model_optimized.onnx", _ => Encoding.UTF8.GetBytes("version https://git-lfs.github.com/spec/v1\n")),
        ("graph-gone", "onnx/model_optimized.onnx", null),
    ];

    public static void AddTo(CaseList list)
    {
        foreach ((string name, string from, string to) in Configs)
        {
            list.Add($"bad/config-{name}", async run =>
            {
                run.Copy("models/pair", "model");
                run.Replace("model/config.json", from, to);
                await UseAsync(run);
            });
        }
        foreach ((string name, string file, Func<byte[], byte[]>? change) in Damages)
        {
            list.Add($"bad/model-{name}", async run =>
            {
                run.Copy("models/pair", "model");
                if (change is null)
                    run.Delete($"model/{file}");
                else
                    run.Change($"model/{file}", change);
                await UseAsync(run);
            });
        }
        list.Add("bad/model-vocabulary-latin", async run =>
        {
            run.Copy("models/pair", "model");
            run.Delete("model/tokenizer.json");
            run.Change("model/vocab.txt", bytes => { bytes[14] = 0xFF; return bytes; });
            await UseAsync(run);
        });
        list.Add("bad/model-no-tokenizer", async run =>
        {
            run.Copy("models/pair", "model");
            run.Delete("model/tokenizer.json");
            run.Delete("model/vocab.txt");
            await UseAsync(run);
        });
        list.Add("bad/model-missing", async run =>
        {
            foreach (string model in new[] { "in/none", "in", "in/pairs.tsv", "in/start-pair", "models/masked", "models/next-sentence" })
            {
                await run.Command("score", "--model", model, "--input", "in/held.tsv");
                await run.Command("evaluate", "--model", model, "--data", "in/held.tsv");
                await run.Command("export", "--model", model, "--output", run.Out("graph.onnx"));
                await run.Command("tokenize", "--model", model, "a");
            }
        });
        list.Add("bad/model-without-weights", run => run.Command([.. Train("in/start-pair"), "--train", "in/pairs.tsv", "--output",
            run.Out("trained")]));
        list.Add("bad/model-one-type", async run =>
        {
            string[] train = ["--model", "in/start-one-type", "--from-scratch", "--epochs", "1", "--output", run.Out("trained")];
            await run.Command(["train", "--task", "pair", "--train", "in/pairs.tsv", .. train]);
            await run.Command(["train", "--task", "qa", "--train", "in/answerable.json", .. train]);
        });
        list.Add("bad/graph-of-another-task", async run =>
        {
            run.Copy("models/pair", "model");
            run.Copy("models/qa/onnx", "model/onnx");
            await UseAsync(run);
        });
        list.Add("bad/graph-of-other-labels", async run =>
        {
            run.Copy("models/pair", "model");
            run.Copy("models/pair-odd/onnx", "model/onnx");
            await UseAsync(run);
        });
        list.Add("bad/graph-missing", "score", "--model", "models/pair", "--input", "in/held.tsv", "--graph", "onnx/model_quantized.onnx");
        list.Add("bad/gpu", "score", "--model", "models/pair", "--input", "in/held.tsv", "--gpu", "0");
        list.Add("bad/gpu-fallback", "score", "--model", "models/pair", "--input", "in/held.tsv", "--gpu", "0", "--fallback-to-cpu",
            "--max-rows", "2");
    }

    /// <summary>Does with the case's model whatever can be done with a model.</summary>
    private static async Task UseAsync(CaseRun run)
    {
        string model = run.Out("model");
        await run.Command("score", "--model", model, "--input", "in/held.tsv", "--max-rows", "2");
        await run.Command("export", "--model", model, "--output", run.Out("graph.onnx"));
        await run.Command([.. Train(model), "--train", "in/held.tsv", "--epochs", "1", "--output", run.Out("trained")]);
        await run.Command("import", "--from", model, "--output", run.Out("imported"), "--no-onnx");
        await run.Command("tokenize", "--model", model, "Anna met Boris.");
        run.Hide("trained");
    }

    private static string[] Train(string model) => ["train", "--task", "pair", "--model", model];
}
