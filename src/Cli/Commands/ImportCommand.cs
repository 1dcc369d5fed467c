using System.CommandLine;
using System.Globalization;
using BertMLNet.Export;
using BertMLNet.Modeling;

namespace BertMLNet.Cli;

/// <summary><c>import</c>: any checkpoint, on disk or from a hub, to a model folder.</summary>
internal sealed class ImportCommand : CliCommand
{
    private readonly Option<string> _from = new("--from")
    {
        Description = CommonOptions.WithShippedModel("A model folder, a checkpoint, or a hub's model id such as google-bert/bert-base-uncased."),
        HelpName = "PATH|ID",
        Required = true,
    };

    private readonly Option<string> _output = new("--output")
    {
        Description = "The model folder to write.",
        HelpName = "DIR",
        Required = true,
    };

    private readonly Option<string> _type = new("--type")
    {
        Description = "What the weights are written in.",
        DefaultValueFactory = _ => "f32",
    };

    private readonly Option<bool> _noOnnx = new("--no-onnx")
    {
        Description = "Leave the ONNX graphs out, which scoring needs and training does not; 'export' writes them later.",
    };

    public ImportCommand(CliTerminal terminal)
        : base("import", "Turn any BERT checkpoint into a model folder.", terminal)
    {
        _type.AcceptOnlyFromAmong("f32", "f16", "bf16");
        foreach (Option option in new Option[] { _from, _output, _type, _noOnnx })
            Options.Add(option);
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
        var options = new ImportOptions
        {
            ElementType = arguments.GetRequiredValue(_type).ToUpperInvariant(), Graphs = graphs ? new FolderGraphs() : null,
        };
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
            JsonOutput.WriteLine(writer, json =>
            {
                json.WriteString("output", output.FolderPath);
                json.WriteString("format", report.Format);
                json.WriteString("architecture", report.Architecture);
                json.WriteNumber("loaded", report.Loaded.Count);
                json.WriteNumber("initialized", report.Initialized.Count);
                json.WriteNumber("unused", report.Unused.Count);
                json.WriteStartArray("onnx");
                foreach (string graph in onnx)
                    json.WriteStringValue(graph);
                json.WriteEndArray();
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
