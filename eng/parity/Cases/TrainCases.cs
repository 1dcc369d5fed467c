namespace BertMLNet.Parity.Cases;

/// <summary>Training of each kind: weights, graphs, reports; and the models that other cases read.</summary>
internal static class TrainCases
{
    /// <summary>A few updates that change the weights much.</summary>
    private static readonly string[] Few = ["--epochs", "3", "--batch-size", "8", "--learning-rate", "2e-3"];

    private static readonly string[] Pair = Start("pair", "start-pair", "pairs.tsv");
    private static readonly string[] Answer = [.. Start("qa", "start-qa", "questions.json"), "--max-length", "48", "--doc-stride", "16"];

    public static void AddTo(CaseList list)
    {
        Models(list);
        Pairs(list);
        Questions(list);
        Pretraining(list);
        if (!list.Options.TorchSharp)
            return;
        Train(list, "torchsharp/pair", [.. Pair, .. Few, "--engine", "torchsharp", "--device", "cpu"]);
        Train(list, "torchsharp/qa", [.. Answer, .. Few, "--engine", "torchsharp", "--device", "cpu"]);
        Train(list, "torchsharp/pretrain", Pretrain("text.txt", "--sentence-task", "next-sentence", "--engine", "torchsharp", "--device",
            "cpu"));
    }

    private static void Models(CaseList list)
    {
        Model(list, "train/pair", "pair", [.. Pair, "--validation", "in/held.tsv", .. Few, "--tensorboard"]);
        Model(list, "train/pair-odd", "pair-odd", [.. Start("pair", "start-odd", "three.tsv"), "--epochs", "2", "--batch-size", "7",
            "--learning-rate", "1e-3"]);
        Model(list, "train/single", "single", [.. Start("pair", "start-pair", "single.tsv"), "--max-length", "16", .. Few, "--json"]);
        Model(list, "train/qa", "qa", [.. Answer, "--validation", "in/questions.jsonl", .. Few]);
        Model(list, "train/qa-odd", "qa-odd", [.. Start("qa", "start-odd", "answerable.json"), "--max-length", "60",
            "--max-answer-length", "5",
            "--max-query-length", "6", .. Few, "--json"]);
        Model(list, "train/mini", "mini", ["train", "--task", "pair", "--model", "in/mini", "--train", "in/pairs.tsv", "--validation",
            "in/held.tsv",
            "--max-length", "32", "--epochs", "1", "--learning-rate", "2e-4"]);
        Model(list, "pretrain/masked", "masked", Pretrain("text.txt", "--whole-words"));
        Model(list, "pretrain/next-sentence", "next-sentence", Pretrain("text.txt", "--sentence-task", "next-sentence", "--tensorboard",
            "--json"));
    }

    private static void Pairs(CaseList list)
    {
        Train(list, "train/pair-json", [.. Pair, .. Few, "--json", "--verbose"]);
        Train(list, "train/pair-options", [.. Pair, "--epochs", "4", "--batch-size", "8", "--accumulate", "3", "--micro-batch-tokens",
            "100",
            "--clip", "0.1", "--layer-decay", "0.8", "--freeze", "1", "--patience", "1", "--warmup", "0.3", "--weight-decay", "0.1",
                "--seed", "7",
            "--metric", "f1"]);
        Train(list, "train/pair-weights", [.. Pair, .. Few, "--class-weight", "equivalent=4", "--class-weight", "not_equivalent=1"]);
        Train(list, "train/pair-balanced", [.. Pair, .. Few, "--balance-classes", "--validation-fraction", "0.25", "--metric", "matthews",
            "--skip-bad-steps"]);
        Train(list, "train/pair-csv", [.. Start("pair", "start-pair", "pairs.csv"), "--sentence1", "text a", "--sentence2", "text b",
            "--max-rows", "20", "--max-length", "12", "--epochs", "1"]);
        Train(list, "train/pair-mrpc", [.. Start("pair", "start-pair", "mrpc.tsv"), "--epochs", "1"]);
        Train(list, "train/pair-one-type", [.. Start("pair", "start-one-type", "pairs.tsv"), "--epochs", "1"]);
        Train(list, "train/single-one-type", [.. Start("pair", "start-one-type", "single.tsv"), "--epochs", "1"]);
    }

    private static void Questions(CaseList list)
    {
        Train(list, "train/qa-options", [.. Answer, "--epochs", "1", "--batch-size", "4", "--fix-offsets", "--validation-fraction",
            "0.25", "--json"]);
        Train(list, "train/qa-shifted", [.. Start("qa", "start-qa", "shifted.json"), "--epochs", "1", "--max-length", "100"]);
        Train(list, "train/qa-mended", [.. Start("qa", "start-qa", "shifted.json"), "--epochs", "1", "--max-length", "100",
            "--fix-offsets"]);
        Train(list, "train/qa-gz", [.. Start("qa", "start-qa", "questions.json.gz"), "--epochs", "1", "--max-length", "64"]);
    }

    private static void Pretraining(CaseList list)
    {
        Train(list, "pretrain/same-content", Pretrain("one-document.txt", "--sentence-task", "same-content", "--sentence-part", "0.7",
            "--dropout", "0"));
        Train(list, "pretrain/sentence-order", Pretrain("text.txt", "--sentence-task", "sentence-order", "--mask-rate", "0.3",
            "--validation", "in/one-document.txt"));
        Train(list, "pretrain/folder", Pretrain("texts", "--text", "in/text.txt", "--max-length", "24"));
        Train(list, "pretrain/odd", ["pretrain", "--model", "in/start-odd", .. Pretrain("text.txt").Skip(3)]);
        // What pre-training wrote is fine-tuned, and goes on learning from text.
        list.Add("train/from-masked", run => run.Command([.. Pair[..3], "--model", "models/masked", "--train", "in/pairs.tsv",
            "--epochs", "1",
            "--output", run.Out("model")]));
        list.Add("train/qa-from-next-sentence", run => run.Command(["train", "--task", "qa", "--model", "models/next-sentence",
            "--train", "in/answerable.json", "--epochs", "1", "--max-length", "60", "--output", run.Out("model")]));
        list.Add("train/from-pair", run => run.Command([.. Pair[..3], "--model", "models/pair", "--train", "in/pairs.jsonl", "--epochs",
            "1",
            "--output", run.Out("model")]));
        list.Add("train/from-pair-other-labels", run => run.Command([.. Pair[..3], "--model", "models/pair", "--train", "in/three.tsv",
            "--epochs", "1", "--output", run.Out("model")]));
        list.Add("pretrain/from-pair", run => run.Command(["pretrain", "--model", "models/pair", "--text", "in/text.txt", "--updates", "2",
            "--evaluate-every", "2", "--batch-size", "8", "--output", run.Out("model")]));
    }

    private static string[] Start(string task, string model, string data) =>
        ["train", "--task", task, "--model", $"in/{model}", "--from-scratch", "--train", $"in/{data}"];

    private static string[] Pretrain(string text, params string[] more) =>
        ["pretrain", "--model", "in/start-pair", "--from-scratch", "--text", $"in/{text}", "--updates", "6", "--evaluate-every", "3",
            "--batch-size", "8", .. more];

    private static void Model(CaseList list, string name, string model, string[] arguments)
    {
        Train(list, name, arguments);
        list.Publish(Stage.Make, $"out/{name}/model", $"models/{model}");
    }

    private static void Train(CaseList list, string name, string[] arguments) =>
        list.Add(name, Stage.Make, run => run.Command([.. arguments, "--output", run.Out("model")]));
}
