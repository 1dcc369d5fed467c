using System.CommandLine;
using System.Globalization;
using System.Text.Json;
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
                WriteJson(output, graph.Path, GraphFormat, graph.Tensors, writer => WriteProperties(writer, graph));
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
        Action<Utf8JsonWriter>? writeMore = null) => JsonOutput.WriteLine(output, json =>
    {
        json.WriteString("path", path);
        json.WriteString("format", format);
        writeMore?.Invoke(json);
        json.WriteNumber("elements", tensors.Sum(tensor => tensor.Value.Count));
        json.WriteNumber("bytes", tensors.Sum(tensor => tensor.Value.ByteCount));
        json.WriteStartArray("tensors");
        foreach ((string name, TensorInfo tensor) in tensors)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("type", tensor.ElementType);
            json.WriteStartArray("shape");
            foreach (long size in tensor.Shape)
                json.WriteNumberValue(size);
            json.WriteEndArray();
            json.WriteNumber("bytes", tensor.ByteCount);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    private static void WriteProperties(Utf8JsonWriter json, GraphSummary graph)
    {
        json.WriteNumber("irVersion", graph.IrVersion);
        json.WriteString("producer", graph.Producer);
        json.WriteStartObject("opsets");
        foreach ((string domain, long version) in graph.Opsets)
            json.WriteNumber(domain, version);
        json.WriteEndObject();
        foreach ((string name, IReadOnlyList<GraphPort> ports) in new[] { ("inputs", graph.Inputs), ("outputs", graph.Outputs) })
        {
            json.WriteStartArray(name);
            foreach (GraphPort port in ports)
            {
                json.WriteStartObject();
                json.WriteString("name", port.Name);
                json.WriteString("type", port.Type);
                json.WriteString("shape", ShapeOf(port));
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteStartObject("operators");
        foreach ((string name, int count) in graph.Operators)
            json.WriteNumber(name, count);
        json.WriteEndObject();
    }

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
