using System.CommandLine;
using System.Globalization;
using BertMLNet.Export;
using BertMLNet.Modeling;

namespace BertMLNet.Cli;

/// <summary><c>import</c>: any checkpoint, on disk or from a hub, to a model folder.</summary>
internal sealed class ImportCommand : CliCommand
{
    private readonly Option<string> _from = CommonOptions.Required(
        "--from",
        "PATH|ID",
        CommonOptions.WithShippedModel("A model folder, a checkpoint, or a hub's model id such as google-bert/bert-base-uncased."));

    private readonly Option<string> _output = CommonOptions.Required("--output", "DIR", "The model folder to write.");
    private readonly Option<string> _type = CommonOptions.Choice("--type", "What the weights are written in.", "f32", "f16", "bf16");
    private readonly Option<bool> _noOnnx = CommonOptions.Flag(
        "--no-onnx", "Leave the ONNX graphs out, which scoring needs and training does not; 'export' writes them later.");

    private readonly PoolingOptions _pooling = new();

    public ImportCommand(CliTerminal terminal)
        : base("import", "Turn any BERT checkpoint into a model folder.", terminal)
    {
        Add([_from, _output, _type, _noOnnx, .. _pooling.All]);
    }

    protected override async Task RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string from = arguments.GetRequiredValue(_from);
        var output = new ModelFolder(arguments.GetRequiredValue(_output));
        if (ShippedModel.TryResolve(from) is { } path)
            from = path;
        else if (HubClient.IsModelId(from))
            from = await DownloadAsync(from, cancellationToken);

        bool graphs = !arguments.GetValue(_noOnnx);
        var types = new ImportOptions
        {
            ElementType = arguments.GetRequiredValue(_type).ToUpperInvariant(), Graphs = graphs ? new FolderGraphs() : null,
        };
        ImportOptions options = _pooling.AddTo(types, arguments);
        LoadReport report = await ProgressBar.RunAsync(Terminal, "importing", "MB", bar =>
        {
            LoadReport done = ModelImporter.Import(from, output, options, new TransferBar(bar), cancellationToken);
            return Task.FromResult(done);
        });
        foreach (string remark in report.Remarks)
            Terminal.Notice($"warning: {remark}");
        Write(arguments, output, report, graphs);
    }

    private Task<string> DownloadAsync(string id, CancellationToken cancellationToken) =>
        ProgressBar.RunAsync(Terminal, "downloading", "MB", async bar =>
        {
            using var hub = new HubClient(HubOptions.FromEnvironment());
            return await hub.DownloadAsync(id, new TransferBar(bar), cancellationToken);
        });

    private static void Write(ParseResult arguments, ModelFolder output, LoadReport report, bool graphs)
    {
        bool hasGraph = OnnxExporter.HasGraph(report.Head);
        string[] onnx = graphs && hasGraph ? [.. OnnxExporter.GraphsOf(output).Select(graph => graph.Path)] : [];
        TextWriter writer = arguments.InvocationConfiguration.Output;
        if (WantsJson(arguments))
        {
            JsonOutput.WriteLine(writer, new
            {
                output = output.FolderPath,
                format = report.Format,
                architecture = report.Architecture,
                loaded = report.Loaded.Count,
                initialized = report.Initialized.Count,
                unused = report.Unused.Count,
                onnx,
            });
            return;
        }
        writer.WriteLine($"{output.FolderPath}: {report.Architecture} from {report.Format}; " +
            $"{report.Loaded.Count} parameters loaded, {report.Initialized.Count} initialised, {report.Unused.Count} tensors not used");
        foreach (string graph in onnx)
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{graph}: {new FileInfo(graph).Length:N0} bytes"));
        if (onnx.Length == 0)
        {
            writer.WriteLine(hasGraph
                ? $"no ONNX graph, as --no-onnx asks; 'bertmlnet export --model {output.FolderPath}' writes it"
                : $"no ONNX graph: {report.Architecture} predicts tokens and has none; fine-tune it with 'bertmlnet train'");
        }
    }
}
