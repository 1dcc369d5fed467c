using System.CommandLine;
using System.Globalization;
using BertMLNet.Export;
using BertMLNet.Modeling;
using BertMLNet.TextGraphs;
using BertMLNet.Tokenization;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary><c>export</c>: a model's ONNX graphs, verified where asked for.</summary>
internal sealed class ExportCommand : CliCommand
{
    private const int RowsToVerify = 64;

    private readonly IReadOnlyList<CliTask> _tasks = CliTask.All(TaskUse.None);

    private readonly Option<string> _model = CommonOptions.Model("The model folder, or a checkpoint.");

    private readonly Option<string?> _output = CommonOptions.Optional(
        "--output",
        "FILE",
        "The graph to write (default: onnx/ in the model folder, for fp32 also with ONNX Runtime's fused operators).");

    private readonly Option<string> _precision = CommonOptions.Choice("--precision", "What weights are stored in.", "fp32", "fp16", "int8");
    private readonly Option<string> _names = CommonOptions.Choice(
        "--names", "The inputs' names: Hugging Face's, or those of TensorFlow's BERT modules (int32).", "hf", "tf");

    private readonly Option<bool> _embedTokenizer = CommonOptions.Flag(
        "--embed-tokenizer",
        "Put the tokenizer into a pair classifier's graph, which then takes sentence1 and sentence2 and needs onnxruntime-extensions.");

    private readonly Option<bool> _verify = CommonOptions.Flag(
        "--verify",
        "Compare the graph's logits with the training engine's, on generated rows or those of --verify-data; too large a difference is "
        + "an error.");

    private readonly Option<string?> _verifyData = CommonOptions.Optional(
        "--verify-data", "FILE", "The rows to verify with, which verifies: sentences, pairs or questions (default: generated ones).");

    public ExportCommand(CliTerminal terminal)
        : base("export", "Write a model's ONNX graph.", terminal)
    {
        Add(_model, _output, _precision, _names, _embedTokenizer, _verify, _verifyData);
    }

    protected override Task RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string path = arguments.ModelPath(_model);
        bool embed = arguments.GetValue(_embedTokenizer);
        if (embed && arguments.GetValue(_names) == "tf")
            throw new UsageException("--embed-tokenizer replaces the inputs that --names tf would name; leave one of them out.");
        if (arguments.GetValue(_output) is { } output && !Path.GetExtension(output).Equals(".onnx", StringComparison.OrdinalIgnoreCase))
            throw new UsageException($"--output {output}: a graph's name ends in .onnx; name the file so.");
        if (arguments.GetValue(_names) == "tf" && arguments.GetValue(_output) is null)
            throw new UsageException("--names tf needs --output: scoring reads the model folder's own graphs by Hugging Face's names.");
        ModelFolder folder = ModelFolder.Find(path);
        var options = new ExportOptions
        {
            Inputs = embed ? new PairTexts(folder.LoadTokenizer(folder.LoadConfig())) : null,
            Names = arguments.GetValue(_names) == "tf" ? TensorNames.TensorFlow : TensorNames.HuggingFace,
            Precision = arguments.GetValue(_precision) switch
            {
                "fp16" => GraphPrecision.Half,
                "int8" => GraphPrecision.Int8,
                _ => GraphPrecision.Single,
            },
        };
        if (embed && folder.DetectHead() is { HasTask: false } other)
            throw new UsageException($"--embed-tokenizer is for models that classify sentences; this one is a {other.Architecture}.");
        if (embed && _tasks.Of(folder.DetectHead()).NoEmbeddedTokenizer is { } reason)
            throw new UsageException($"--embed-tokenizer is for models that classify sentences; {reason}.");
        (ParameterSet parameters, LoadReport report) = folder.LoadParameters(cancellationToken);
        foreach (string remark in report.Remarks)
            Terminal.Notice($"warning: {remark}");

        bool verify = arguments.GetValue(_verify) || arguments.GetValue(_verifyData) is not null;
        var written = new List<(string Path, float? Difference)>();
        if (arguments.GetValue(_output) is { } file)
            written.Add((file, verify ? WriteVerified(file) : WriteGraph(file, options)));
        else
            AtomicFolder.Write(folder.FolderPath, WriteInto);
        Write(arguments, written);
        return Task.CompletedTask;

        void WriteInto(string temporary)
        {
            foreach ((string graph, GraphOperators operators) in Graphs(arguments, new ModelFolder(temporary), options.Precision))
            {
                cancellationToken.ThrowIfCancellationRequested();
                float? difference = WriteGraph(graph, options with { Operators = operators });
                written.Add((Path.Combine(folder.FolderPath, Path.GetRelativePath(temporary, graph)), difference));
            }
        }

        // A graph that fails must not take the place of one that is there.
        float? WriteVerified(string graph)
        {
            string unverified = $"{graph}.unverified";
            try
            {
                float? difference = WriteGraph(unverified, options);
                File.Move(unverified, graph, overwrite: true);
                return difference;
            }
            finally
            {
                if (File.Exists(unverified))
                    File.Delete(unverified);
            }
        }

        float? WriteGraph(string graph, ExportOptions own)
        {
            OnnxExporter.Export(parameters, graph, own, cancellationToken: cancellationToken);
            if (!verify)
                return null;
            float largest = Verify(arguments, folder, parameters, graph, own, cancellationToken);
            ExportCheck.RequireRounding(graph, largest, own.Precision);
            return largest;
        }
    }

    private IEnumerable<(string Path, GraphOperators Operators)> Graphs(ParseResult arguments, ModelFolder folder, GraphPrecision precision)
    {
        if (arguments.GetValue(_embedTokenizer))
            return [(folder.TextOnnxPath, GraphOperators.Standard)];
        return precision switch
        {
            GraphPrecision.Half => [(folder.HalfPrecisionOnnxPath, GraphOperators.Standard)],
            GraphPrecision.Int8 => [(folder.QuantizedOnnxPath, GraphOperators.Fused)],
            _ => OnnxExporter.GraphsOf(folder),
        };
    }

    private float Verify(
        ParseResult arguments, ModelFolder model, ParameterSet parameters, string graph, ExportOptions options,
        CancellationToken cancellationToken)
    {
        WordPieceTokenizer tokenizer = model.LoadTokenizer(parameters.Config);
        using var engine = new OnnxRuntimeEngine(parameters, new OptimizerOptions([]));
        string? data = arguments.GetValue(_verifyData);
        if (options.Inputs is null)
        {
            IFeatureSet rows = _tasks.Of(parameters.Head).ReadRows(
                model, parameters.Config, tokenizer, data, RowsToVerify, cancellationToken);
            return ExportCheck.LargestDifference(engine, parameters.Head, rows, graph, options.Names, RowsToVerify, cancellationToken);
        }
        if (TokenizerCheck.Differences(tokenizer, parameters.Config) is { Count: > 0 } kinds)
        {
            Terminal.Notice(
                $"warning: inside the graph other tokens come of {string.Join("; ", kinds.Distinct())}; the page on file formats says which.");
        }
        using var texts = new TextGraph(graph);
        (string Sentence1, string Sentence2)[] sentences =
            [.. PairTask.ReadSentences(data, RowsToVerify, cancellationToken).Select(row => (row.Sentence1, row.Sentence2 ?? ""))];
        PairEncoder encode = PairEncoders.For(tokenizer, parameters.Config.LongestClassified);
        TokenSequences features = encode.Tokenize([.. sentences.Select(row => (row.Sentence1, (string?)row.Sentence2))]);
        return ExportCheck.LargestDifference(engine, features, graph, Run, RowsToVerify, cancellationToken);

        Dictionary<string, float[]> Run(int[] indices, PackedBatch batch) => new()
        {
            [TensorNames.Logits] = texts.Run(
                [.. indices.Select(i => sentences[i].Sentence1)], [.. indices.Select(i => sentences[i].Sentence2)]).Logits,
        };
    }

    private static void Write(ParseResult arguments, List<(string Path, float? Difference)> written)
    {
        TextWriter output = arguments.InvocationConfiguration.Output;
        foreach ((string path, float? difference) in written)
        {
            if (WantsJson(arguments))
            {
                JsonOutput.WriteLine(output, new { path, bytes = new FileInfo(path).Length, largestDifference = difference });
                continue;
            }
            string verified = difference is null
                ? ""
                : string.Create(CultureInfo.InvariantCulture, $", verified: largest difference of a logit {difference:0.0e+0}");
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path}: {new FileInfo(path).Length:N0} bytes{verified}"));
        }
    }
}
