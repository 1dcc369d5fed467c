using System.CommandLine;
using System.Globalization;
using BertMLNet.Modeling;

namespace BertMLNet.Cli;

/// <summary><c>inspect</c>: what a checkpoint or a graph holds.</summary>
internal sealed class InspectCommand : CliCommand
{
    private readonly Argument<string> _path = new("PATH")
    {
        Description = "A model folder, a checkpoint file (safetensors, PyTorch), the prefix of a TensorFlow checkpoint, or an .onnx file.",
    };

    public InspectCommand(CliTerminal terminal)
        : base("inspect", "List a checkpoint's tensors, or a graph's operators, opset, inputs and outputs.", terminal)
    {
        Arguments.Add(_path);
    }

    protected override Task RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        TextWriter output = arguments.InvocationConfiguration.Output;
        using ICheckpoint checkpoint = CheckpointFormats.Open(arguments.GetRequiredValue(_path));
        if (WantsJson(arguments))
            WriteJson(output, checkpoint);
        else
            WriteTable(output, checkpoint);
        return Task.CompletedTask;
    }

    private static void WriteJson(TextWriter output, ICheckpoint checkpoint) => JsonOutput.WriteLine(output, json =>
    {
        json.WriteString("path", checkpoint.Path);
        json.WriteString("format", checkpoint.Format);
        json.WriteNumber("elements", checkpoint.Tensors.Values.Sum(tensor => tensor.Count));
        json.WriteNumber("bytes", checkpoint.Tensors.Values.Sum(tensor => tensor.ByteCount));
        json.WriteStartArray("tensors");
        foreach ((string name, TensorInfo tensor) in checkpoint.Tensors)
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

    private static void WriteTable(TextWriter output, ICheckpoint checkpoint)
    {
        output.WriteLine($"{checkpoint.Path}: {checkpoint.Format}");
        TextTable.Write(
            output,
            ["tensor", "type", "shape", "bytes"],
            [.. checkpoint.Tensors.Select(entry => (IReadOnlyList<string>)
                [entry.Key, entry.Value.ElementType, $"[{string.Join(", ", entry.Value.Shape)}]", Grouped(entry.Value.ByteCount)])],
            rightAligned: 3);
        output.WriteLine(
            $"{checkpoint.Tensors.Count} tensors, {Grouped(checkpoint.Tensors.Values.Sum(tensor => tensor.Count))} elements, " +
            $"{Grouped(checkpoint.Tensors.Values.Sum(tensor => tensor.ByteCount))} bytes");
    }

    private static string Grouped(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
