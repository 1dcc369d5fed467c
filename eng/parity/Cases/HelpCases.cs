namespace BertMLNet.Parity.Cases;

/// <summary>What the command says of itself, and what it says to a command line that it cannot understand.</summary>
internal static class HelpCases
{
    private static readonly string[] Commands =
        ["demo", "train", "pretrain", "train-vocab", "evaluate", "export", "score", "import", "inspect", "tokenize"];

    public static void AddTo(CaseList list)
    {
        list.Add("help/version", "--version");
        list.Add("help/all", "--help");
        foreach (string command in Commands)
        {
            list.Add($"help/{command}", command, "--help");
            // A demo needs no option: it would run.
            if (command != "demo")
                list.Add($"help/{command}-nothing", command);
        }
        Usage(list, "nothing");
        Usage(list, "no-such-command", "no-such-command");
        Usage(list, "no-such-option", "score", "--model", "x", "--input", "y", "--no-such-option");
        Usage(list, "on-error", "score", "--model", "x", "--input", "y", "--on-error", "maybe");
        Usage(list, "resume-without-output", "score", "--model", "x", "--input", "y", "--resume");
        Usage(list, "model-empty", "score", "--model", "", "--input", "y");
        Usage(list, "output-empty", "score", "--model", "x", "--input", "y", "--output", "");
        Usage(list, "task", "train", "--task", "poetry", "--model", "x", "--train", "y", "--output", "z");
        Usage(list, "train-empty", "train", "--task", "pair", "--model", "x", "--train", "", "--output", "z");
        Usage(list, "vocab-no-output", "train-vocab", "--input", "x");
        Usage(list, "vocab-size", "train-vocab", "--input", "x", "--output", "y", "--size", "0");
        Usage(list, "vocab-weights", "train-vocab", "--input", "x", "--input", "y", "--output", "z", "--weight", "2");
        Usage(list, "vocab-weight", "train-vocab", "--input", "x", "--output", "y", "--weight", "0");
        Usage(list, "vocab-merges", "train-vocab", "--input", "x", "--output", "y", "--merges", "z");
        Usage(list, "tokenize-nothing", "tokenize", "--vocab", "x");
        Usage(list, "tokenize-no-vocabulary", "tokenize", "text");
        Usage(list, "tokenize-cased-model", "tokenize", "text", "--model", "x", "--cased");
        Usage(list, "tokenize-cased-json", "tokenize", "text", "--vocab", "tokenizer.json", "--cased");
        Usage(list, "tokenize-truncation", "tokenize", "text", "--vocab", "x", "--truncation", "both");
        Usage(list, "sentence-part", "pretrain", "--model", "x", "--text", "y", "--output", "z", "--sentence-part", "0.3");
        Usage(list, "pretrain-epochs", "pretrain", "--model", "x", "--text", "y", "--output", "z", "--epochs", "3");
        Usage(list, "pretrain-mask-rate", "pretrain", "--model", "x", "--text", "y", "--output", "z", "--mask-rate", "1.5");
        Usage(list, "export-precision", "export", "--model", "x", "--precision", "int4");
        Usage(list, "export-names", "export", "--model", "x", "--names", "torch");
        Usage(list, "import-type", "import", "--from", "x", "--output", "y", "--type", "f8");
        Usage(list, "device", "demo", "--device", "gpu");
        Usage(list, "bf16", "train", "--task", "pair", "--model", "x", "--train", "y", "--output", "z", "--bf16", "--engine",
            "onnxruntime");
        Usage(list, "fallback-without-gpu", "score", "--model", "x", "--input", "y", "--fallback-to-cpu");
        Usage(list, "twice", "score", "--model", "x", "--model", "z", "--input", "y");

        string[] score = ["score", "--model", "x", "--input", "y"];
        string[] train = ["train", "--task", "pair", "--model", "x", "--train", "y", "--output", "out/usage/none"];
        foreach ((string[] command, string option, string value) in new (string[], string, string)[]
        {
            (score, "--threads", "0"), (score, "--batch-tokens", "0"), (score, "--n-best", "0"), (score, "--gpu", "-1"),
                (score, "--null-threshold", "1,5"),
            (score, "--max-rows", "-1"), (score, "--max-length", "x"), (score, "--format", "xml"), (train, "--epochs", "three"),
                (train, "--epochs", "1e3"),
            (train, "--checkpoint-minutes", "-1"), (train, "--checkpoint-minutes", "nan"), (train, "--learning-rate", "nan"),
            (train, "--learning-rate", "0,001"), (train, "--warmup", "1,000.5"), (train, "--seed", "-1"),
                (train, "--class-weight", "equivalent"),
            (train, "--metric", "rouge"), (train, "--doc-stride", "10"), (train, "--fix-offsets", "true"), (train, "--engine", "jax"),
        })
        {
            Usage(list, $"{command[0]}{option}-{value}", [.. command, option, value]);
        }
        Usage(list, "train-validation-twice", [.. train, "--validation-fraction", "0.5", "--validation", "other.tsv"]);
        Usage(list, "train-weight-twice", [.. train, "--class-weight", "a=2", "--class-weight", "a=3"]);
        Usage(list, "train-weight-balanced", [.. train, "--class-weight", "a=2", "--balance-classes"]);
        Usage(list, "qa-metric", "train", "--task", "qa", "--model", "x", "--train", "y", "--output", "z", "--metric", "f1");
        Usage(list, "inspect-verbose", "inspect", "no-such-file", "--verbose");
    }

    private static void Usage(CaseList list, string name, params string[] arguments) => list.Add($"usage/{name}", arguments);
}
