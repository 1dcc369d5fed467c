using System.Text;

namespace BertMLNet.Parity.Cases;

/// <summary>What a user may get wrong: data, model folders, options that the model cannot take, places that cannot be written.</summary>
internal static class BadCases
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
        ("json-number", "rows.jsonl", "{\"sentence1\":1.5,\"sentence2\":true,\"label\":0}\n{\"sentence1\":null,\"sentence2\":{},\"label\":1}\n"),
        ("ending", "rows.xml", "<rows/>"),
    ];

    private static readonly (string Name, string Text)[] Squads =
    [
        ("no-question", """{"data":[{"paragraphs":[{"context":"c","qas":[{"id":"1","answers":[]}]}]}]}"""),
        ("id-twice", """{"data":[{"paragraphs":[{"context":"c","qas":[{"id":"1","question":"q","answers":[]},{"id":"1","question":"r","answers":[]}]}]}]}"""),
        ("cut", """{"data":[{"paragraphs":[{"context":"c","qas":["""),
        ("empty", ""),
        ("no-questions", "{}"),
        ("joined", """{"data":[]}{"data":[]}"""),
        ("impossible", """{"data":[{"paragraphs":[{"context":"c","qas":[{"id":"1","question":"q","is_impossible":true,"answers":[{"text":"c","answer_start":0}]}]}]}]}"""),
        ("far-answer", """{"data":[{"paragraphs":[{"context":"c","qas":[{"id":"1","question":"q","answers":[{"text":"c","answer_start":99}]}]}]}]}"""),
        ("number", """{"data":[{"paragraphs":[{"context":7,"qas":[]}]}]}"""),
    ];

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
        ("architecture", "BertForSequenceClassification", "BertForTokenClassification"),
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
        ("weights-pointer", "model.safetensors", _ => Encoding.UTF8.GetBytes("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n")),
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
        Data(list);
        Models(list);
        Options(list);
        Places(list);
    }

    private static void Data(CaseList list)
    {
        foreach ((string name, string file, string text) in Tables)
        {
            list.Add($"bad/rows-{name}", async run =>
            {
                string data = run.Write(file, text);
                await run.Command([.. Train("in/start-pair"), "--from-scratch", "--train", data, "--epochs", "1", "--output", run.Out("trained")]);
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
                await run.Command([.. Train("in/start-pair"), "--from-scratch", "--train", "in/pairs.tsv", "--validation", validation, "--output", run.Out("trained")]);
        });
        foreach ((string name, string text) in Squads)
        {
            list.Add($"bad/questions-{name}", async run =>
            {
                string data = run.Write("bad.json", text);
                await run.Command("score", "--model", "models/qa", "--input", data, "--output", run.Out("answers.jsonl"));
                await run.Command("evaluate", "--model", "models/qa", "--data", data);
                await run.Command("train", "--task", "qa", "--model", "in/start-qa", "--from-scratch", "--train", data, "--output", run.Out("trained"));
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
            string[] pretrain = ["pretrain", "--model", "in/start-pair", "--from-scratch", "--updates", "2", "--evaluate-every", "2", "--output", run.Out("trained")];
            await run.Command([.. pretrain, "--text", "in/one-document.txt", "--sentence-task", "next-sentence"]);
            await run.Command([.. pretrain, "--text", "in/none.txt"]);
            await run.Command([.. pretrain, "--text", run.Write("empty.txt", "\n\n")]);
            await run.Command([.. pretrain[..^6], "--updates", "7", "--evaluate-every", "3", "--output", run.Out("trained"), "--text", "in/text.txt"]);
        });
    }

    private static void Models(CaseList list)
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
        list.Add("bad/model-without-weights", run => run.Command([.. Train("in/start-pair"), "--train", "in/pairs.tsv", "--output", run.Out("trained")]));
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
        list.Add("bad/gpu-fallback", "score", "--model", "models/pair", "--input", "in/held.tsv", "--gpu", "0", "--fallback-to-cpu", "--max-rows", "2");
    }

    private static void Options(CaseList list)
    {
        string[] train = [.. Train("in/start-pair"), "--from-scratch", "--train", "in/pairs.tsv"];
        foreach (string[] options in new string[][]
        {
            ["--max-length", "65"], ["--max-length", "2"], ["--validation-fraction", "0"], ["--validation-fraction", "1"], ["--class-weight", "maybe=2"],
            ["--class-weight", "equivalent=0"], ["--epochs", "0"], ["--batch-size", "0"], ["--freeze", "9"], ["--warmup", "2"], ["--learning-rate", "-1"],
            ["--layer-decay", "0"], ["--patience", "0"], ["--label", "none"], ["--sentence1", "none"], ["--sentence1", "sentence2"], ["--device", "cuda:0"],
            ["--engine", "torchsharp", "--device", "cuda:9"], ["--max-characters", "3"], ["--accumulate", "0"], ["--learning-rate", "1e30", "--epochs", "1"],
            ["--learning-rate", "1e30", "--epochs", "1", "--skip-bad-steps"],
        })
        {
            if (options.Contains("torchsharp") && !list.Options.TorchSharp)
                continue;
            list.Add($"bad/option{string.Join('-', options)}", run => run.Command([.. train, .. options, "--output", run.Out("trained")]));
        }
        foreach (string[] options in new string[][]
        {
            ["--max-length", "65"], ["--max-length", "1"], ["--sentence1", "none"], ["--sentence2", "sentence1"], ["--max-characters", "3"], ["--n-best", "2"],
            ["--null-threshold", "1"], ["--graph", "../qa/onnx/model.onnx"], ["--graph", ""], ["--batch-tokens", "1"], ["--format", "csv"],
        })
        {
            list.Add($"bad/score{string.Join('-', options).Replace('/', '-')}", ["score", "--model", "models/pair", "--input", "in/held.tsv", .. options]);
        }
        foreach (string[] options in new string[][]
        {
            ["--sentence1", "x"], ["--max-length", "129"], ["--max-length", "6"], ["--doc-stride", "-1"], ["--max-answer-length", "0"], ["--max-query-length", "0"],
        })
        {
            list.Add($"bad/answer{string.Join('-', options)}", ["score", "--model", "models/qa", "--input", "in/questions.json", "--n-best", "1", .. options]);
        }
        list.Add("bad/answers-tsv-candidates", run => run.Command("score", "--model", "models/qa", "--input", "in/questions.json", "--output", run.Out("a.tsv"), "--n-best", "3"));
        list.Add("bad/evaluate-label", "evaluate", "--model", "models/qa", "--data", "in/questions.json", "--label", "x");
        list.Add("bad/evaluate-threshold", "evaluate", "--model", "models/pair", "--data", "in/held.tsv", "--null-threshold", "1");
        list.Add("bad/secret", run => run.CommandWithEnvironment(new Dictionary<string, string> { ["HF_TOKEN"] = "hf_parity" }, "import", "--from", "someone/some-model", "--output", run.Out("model")));
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
