using System.CommandLine;
using System.Globalization;
using BertMLNet.Export;
using BertMLNet.Modeling;

namespace BertMLNet.Cli;

/// <summary><c>inspect</c>: what a checkpoint or a graph holds.</summary>
internal sealed class InspectCommand : CliCommand
{
    private const string GraphFormat = "ONNX";

    private readonly Argument<string> _path = new("PATH")
    {
        Description = CommonOptions.WithShippedModel(
            "A model folder, a checkpoint file (safetensors, PyTorch), the prefix of a TensorFlow checkpoint, or an .onnx file."),
    };

    public InspectCommand(CliTerminal terminal)
        : base("inspect", "List a checkpoint's tensors, or a graph's operators, opset, inputs and outputs.", terminal)
    {
        Arguments.Add(_path);
    }

    protected override Task RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        TextWriter output = arguments.InvocationConfiguration.Output;
        string path = ShippedModel.Resolve(arguments.GetRequiredValue(_path));
        bool json = WantsJson(arguments);
        if (GraphSummary.IsGraph(path))
        {
            var graph = GraphSummary.Read(path);
            if (json)
                WriteJson(output, graph.Path, GraphFormat, graph.Tensors, graph);
            else
                WriteTables(output, graph);
            return Task.CompletedTask;
        }
        using ICheckpoint checkpoint = CheckpointFormats.Open(path);
        if (json)
            WriteJson(output, checkpoint.Path, checkpoint.Format, [.. checkpoint.Tensors]);
        else
            WriteTable(output, checkpoint.Path, checkpoint.Format, [.. checkpoint.Tensors]);
        return Task.CompletedTask;
    }

    private static void WriteJson(
        TextWriter output, string path, string format, IReadOnlyList<KeyValuePair<string, TensorInfo>> tensors,
        GraphSummary? graph = null) => JsonOutput.WriteLine(output, new
    {
        path,
        format,
        irVersion = graph?.IrVersion,
        producer = graph?.Producer,
        opsets = graph?.Opsets.DistinctBy(set => set.Key).ToDictionary(),
        inputs = graph?.Inputs.Select(Port),
        outputs = graph?.Outputs.Select(Port),
        operators = graph?.Operators.ToDictionary(),
        elements = tensors.Sum(tensor => tensor.Value.Count),
        bytes = tensors.Sum(tensor => tensor.Value.ByteCount),
        tensors = tensors.Select(tensor => new
        {
            name = tensor.Key, type = tensor.Value.ElementType, shape = tensor.Value.Shape, bytes = tensor.Value.ByteCount,
        }),
    });

    private static object Port(GraphPort port) => new { name = port.Name, type = port.Type, shape = ShapeOf(port) };

    private static void WriteTables(TextWriter output, GraphSummary graph)
    {
        string opsets = string.Join(", ", graph.Opsets.Select(set => $"{set.Key} {set.Value}"));
        string producer = graph.Producer.Length == 0 ? "" : $", written by {graph.Producer}";
        TextTable.Write(
            output,
            ["port", "name", "type", "shape"],
            [.. graph.Inputs.Select(port => Row("input", port)), .. graph.Outputs.Select(port => Row("output", port))]);
        output.WriteLine();
        TextTable.Write(
            output, ["operator", "times"], [.. graph.Operators.Select(entry => (IReadOnlyList<string>)[entry.Key, Grouped(entry.Value)])],
            rightAligned: 1);
        output.WriteLine();
        WriteTable(output, graph.Path, $"{GraphFormat}, format {graph.IrVersion}, operators of {opsets}{producer}", graph.Tensors);

        static IReadOnlyList<string> Row(string kind, GraphPort port) => [kind, port.Name, port.Type, ShapeOf(port)];
    }

    private static string ShapeOf(GraphPort port) => port.Shape is { } shape ? $"[{string.Join(", ", shape)}]" : "";

    private static void WriteTable(TextWriter output, string path, string format, IReadOnlyList<KeyValuePair<string, TensorInfo>> tensors)
    {
        output.WriteLine(Shown.Plain($"{path}: {format}"));
        TextTable.Write(
            output,
            ["tensor", "type", "shape", "bytes"],
            [.. tensors.Select(entry => (IReadOnlyList<string>)
                [entry.Key, entry.Value.ElementType, $"[{string.Join(", ", entry.Value.Shape)}]", Grouped(entry.Value.ByteCount)])],
            rightAligned: 3);
        output.WriteLine(
            $"{tensors.Count} tensors, {Grouped(tensors.Sum(tensor => tensor.Value.Count))} elements, " +
            $"{Grouped(tensors.Sum(tensor => tensor.Value.ByteCount))} bytes");
    }

    private static string Grouped(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
