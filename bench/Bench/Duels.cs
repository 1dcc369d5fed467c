using System.Globalization;
using System.Text.Json;

namespace BertMLNet.Bench;

/// <summary>All rows of the table.</summary>
internal sealed class Duels(BenchData data, string peers, string cli)
{
    private const string Python = "/usr/bin/python3";
    private const string PairsPerSecond = "pairsPerSecond";
    private const string RowsPerSecond = "rowsPerSecond";
    private const string BestRowsPerSecond = "best.rowsPerSecond";
    private const string TokensPerSecond = "tokensPerSecond";
    private const string Quantized = "onnx/model_quantized.onnx";

    private static readonly string Self = Environment.ProcessPath!;

    /// <summary>A batch on each processor, as the command scores.</summary>
    private static readonly string[] Concurrently = ["--concurrent-batches", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)];

    private static readonly string[] BaseSize = ["--layers", "12", "--hidden", "768", "--heads", "12", "--intermediate", "3072"];

    private string Mini => data.At("mini");

    private string Base => data.At("base");

    private string MiniAnswering => data.At("mini-qa");

    /// <summary>The rows, in order.</summary>
    public IEnumerable<Duel> All =>
    [
        Training("train", "L4-H256", "128", [], 10, 4),
        Training("train", "L4-H256", "longest", [], 10, 2.3),
        Training("train-base", "BERT-base", "128", BaseSize, 2, 2.7),
        Training("train-base", "BERT-base", "longest", BaseSize, 2, 1.7),
        Scoring("score", "L4-H256", Mini, 2.3),
        Scoring("score-base", "BERT-base", Base, 1.4),
        new("answer", "answering SQuAD dev questions from text, windows of 384, L4-H256", "windows", "transformers.js, windows given", 1,
            Ours(RowsPerSecond, ["answer", "--model", MiniAnswering, "--rows", data.QuestionRows, "--windows", data.WindowRows, .. Concurrently]),
            Node("transformers-js/answer.mjs", BestRowsPerSecond, "--model", MiniAnswering + "-plain", "--rows", data.WindowRows)),
        Int8("int8", "L4-H256", Mini, 1.3),
        Int8("int8-base", "BERT-base", Base, 1.8),
        new("rows", "scoring MRPC dev through IDataView, L4-H256", "rows", "our scorer called directly", 0.95,
            Score(Mini, "--through", "idataview"), Score(Mini)),
        new("rows", "scoring MRPC dev through IDataView, L4-H256", "rows", "one row a run of onnx/model.onnx, as ApplyOnnxModel does", 2,
            Score(Mini, "--through", "idataview"), OneByOne("one-row", "--graph", "onnx/model.onnx")),
        new("rows", "scoring MRPC dev through IDataView, L4-H256", "rows", "ML.NET's ApplyOnnxModel on onnx/model.onnx", 2,
            Score(Mini, "--through", "idataview"), OneByOne("apply-onnx-model")),
        Tokenizing("ids, one thread", 10, []),
        Tokenizing("ids and offsets, one thread", 6, ["--offsets"]),
        new("tokenize", "tokenizing Wikipedia, ids, two threads", "tokens", "ours on one thread", 1.8,
            Ours(TokensPerSecond, Tokenize("--threads", "2")), Ours(TokensPerSecond, Tokenize())),
        new("cold", "process start, load a model folder, score one pair, L4-H256", "runs", "transformers.js", 2,
            new(cli, ["score", "--model", Mini, "--input", data.OnePair, "--output", "-"], null),
            Node("transformers-js/score.mjs", null, "--model", Mini + "-plain", "--rows", data.OnePair, "--batch-sizes", "1", "--repeat", "1")),
    ];

    /// <summary>The model folders that a duel reads.</summary>
    public IEnumerable<string> ModelsOf(Duel duel) =>
        ((string[])[Mini, Base, MiniAnswering]).Where(model => duel.Ours.Arguments.Contains(model, StringComparer.Ordinal));

    /// <summary>Writes a model folder of random weights.</summary>
    public void MakeModel(string path)
    {
        string[] size = path == Base ? BaseSize : [];
        string head = path == MiniAnswering ? "qa" : "pair";
        new Contestant(Self, ["model", "--output", path, "--vocab-file", data.Vocabulary, "--head", head, .. size], null).Run();
    }

    /// <summary>What was measured against, by version.</summary>
    public IEnumerable<string> Versions() =>
    [
        "PyTorch 1.13 (Debian's python3-torch with libopenblas0-pthread, OMP_WAIT_POLICY=PASSIVE)",
        $"@huggingface/transformers {NodeVersion("transformers-js/node_modules/@huggingface/transformers")}",
        $"onnxruntime-node {NodeVersion("transformers-js/node_modules/onnxruntime-node")}",
        $"@anush008/tokenizers {NodeVersion("tokenizers/node_modules/@anush008/tokenizers")}",
        $"ONNX Runtime {Microsoft.ML.OnnxRuntime.OrtEnv.Instance().GetVersionString()}",
    ];

    private Duel Training(string group, string model, string pad, string[] size, int steps, double target)
    {
        string count = steps.ToString(CultureInfo.InvariantCulture);
        string padding = pad == "longest" ? "padded to the longest in the batch" : $"padded to {pad}";
        string[] common = ["--rows", data.TrainingRows, "--steps", count, "--warmup", steps > 2 ? "3" : "1", .. size];
        return new(
            group, $"fine-tuning step, MRPC batches of 32, {model}", "pairs", $"PyTorch, {padding}", target,
            Ours(PairsPerSecond, ["train-step", .. common]),
            new(Python, [Path.Combine(peers, "pytorch_step.py"), "--pad", pad, .. common], PairsPerSecond));
    }

    private Duel Scoring(string group, string name, string model, double target) => new(
        group, $"scoring MRPC dev from text, {name}", "rows", "transformers.js", target,
        Score(model),
        Node("transformers-js/score.mjs", BestRowsPerSecond, "--model", model + "-plain", "--rows", data.Pairs, "--repeat", "1"));

    private Duel Int8(string group, string name, string model, double target) => new(
        group, $"scoring MRPC dev from text in int8, {name}", "rows", "ours in fp32", target,
        Score(model, "--graph", Quantized), Score(model));

    private Duel Tokenizing(string what, double target, string[] more) => new(
        "tokenize", $"tokenizing Wikipedia, {what}", "tokens", "@anush008/tokenizers, two threads", target,
        Ours(TokensPerSecond, Tokenize(more)),
        Node("tokenizers/encode.mjs", TokensPerSecond, "--tokenizer", Path.Combine(data.Vocabulary, "tokenizer.json"), "--text", data.Text));

    private Contestant Score(string model, params string[] more) => ScoreWith(model, [.. Concurrently, .. more]);

    /// <summary>A row a run, with all processors in each operator.</summary>
    private Contestant OneByOne(string through, params string[] more) => ScoreWith(Mini, ["--through", through, .. more]);

    private Contestant ScoreWith(string model, string[] more) =>
        Ours(RowsPerSecond, ["score", "--model", model, "--rows", data.Pairs, "--repeat", Repeats(model), .. more]);

    /// <summary>The data are few for a small model: more passes, after those in which .NET still compiles.</summary>
    private string Repeats(string model) => model == Mini ? "6" : "2";

    private string[] Tokenize(params string[] more) => ["tokenize", "--vocab-file", data.Vocabulary, "--text", data.Text, .. more];

    private static Contestant Ours(string figure, params string[] arguments) => new(Self, arguments, figure);

    private Contestant Node(string script, string? figure, params string[] arguments) =>
        new("node", [Path.Combine(peers, script), .. arguments], figure);

    private string NodeVersion(string package)
    {
        string path = Path.Combine(peers, package, "package.json");
        if (!File.Exists(path))
            return "(not installed)";
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        return document.RootElement.GetProperty("version").GetString()!;
    }
}
