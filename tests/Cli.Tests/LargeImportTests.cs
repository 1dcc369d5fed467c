using System.Diagnostics;
using System.Globalization;
using BertMLNet.Export;
using BertMLNet.Modeling;
using BertMLNet.Modeling.Tests;
using BertMLNet.TestKit;
using BertMLNet.Tokenization;

namespace BertMLNet.Cli.Tests;

/// <summary>
/// Imports BERT-base in every format with the built command, in less memory than one and a half times the file. It writes
/// gigabytes and takes minutes: set BERTMLNET_LARGE=1 to run it. PyTorch's formats need Debian's python3-torch.
/// </summary>
public sealed class LargeImportTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("safetensors")]
    [InlineData("sharded safetensors")]
    [InlineData("PyTorch zip")]
    [InlineData("PyTorch legacy")]
    [InlineData("TensorFlow")]
    [InlineData("Model Garden")]
    [InlineData("ONNX")]
    public async Task Bert_base_is_imported_in_little_memory(string format)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("BERTMLNET_LARGE") is "1", "set BERTMLNET_LARGE=1 to import BERT-base in every format");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads the peak memory of a process from /proc");
        string weights = Write(format, Directory.CreateDirectory(_folder["source"]).FullName);
        long size = new FileInfo(weights).Length;

        var clock = Stopwatch.StartNew();
        using CliProcess process = CliProcess.Start("import", "--from", _folder["source"], "--output", _folder["imported"]);
        long peak = process.WatchMemory();
        CliRun run = await process.End();

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{format}: file {size / 1e6:0} MB, peak memory {peak / 1e6:0} MB ({(double)peak / size:0.00} times), {clock.Elapsed.TotalSeconds:0.0} s"));
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.InRange(peak, size / 100, size * 3 / 2);
        Assert.True(
            File.ReadAllBytes(_folder["expected.safetensors"]).AsSpan().SequenceEqual(File.ReadAllBytes(_folder["imported/model.safetensors"])),
            "the imported weights differ");
    }

    /// <summary>Writes a model in a format; the file that holds its weights.</summary>
    private string Write(string format, string folder)
    {
        // BERT-base with its pooler: what a checkpoint of the encoder holds.
        var config = new BertConfig { VocabSize = 30522 };
        ParameterSet parameters = ParameterSet.Initialize(config, Heads.Encoder, seed: 1);
        (string Name, int[] Shape)[] tensors = [.. parameters.Specs.Select(spec => (spec.Name, spec.Shape))];
        SafetensorsWriter.Write(_folder["expected.safetensors"], tensors, name => parameters[name]);
        config.Save(Path.Combine(folder, "config.json"), Heads.Encoder);
        new WordPieceTokenizer(new Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a"])).Save(folder);

        string In(string name) => Path.Combine(folder, name);
        switch (format)
        {
            case "safetensors":
                File.Copy(_folder["expected.safetensors"], In("model.safetensors"));
                return In("model.safetensors");
            case "sharded safetensors":
                // The ratio is that of the whole model, which its one large shard nearly is.
                SafetensorsWriter.Write(In("model-00001-of-00002.safetensors"), tensors[1..], name => parameters[name]);
                SafetensorsWriter.Write(In("model-00002-of-00002.safetensors"), tensors[..1], name => parameters[name]);
                File.WriteAllText(
                    In("model.safetensors.index.json"),
                    System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, object>
                    {
                        ["weight_map"] = tensors.Index().ToDictionary(
                            tensor => tensor.Item.Name, tensor => $"model-0000{(tensor.Index == 0 ? 2 : 1)}-of-00002.safetensors"),
                    }));
                return _folder["expected.safetensors"];
            case "TensorFlow" or "Model Garden":
                var writer = new BundleWriter { Compress = true };
                if (format is "TensorFlow")
                    TensorFlowModels.AddGoogle(writer, parameters);
                else
                    TensorFlowModels.AddModelGarden(writer, parameters, "model/", byNumber: false);
                writer.Write(In("bert_model.ckpt"));
                return In("bert_model.ckpt.data-00000-of-00001");
            case "ONNX":
                OnnxExporter.Export(parameters, In("model.onnx"));
                return In("model.onnx");
            default:
                SaveWithPyTorch(_folder["expected.safetensors"], In("pytorch_model.bin"), legacy: format is "PyTorch legacy");
                return In("pytorch_model.bin");
        }
    }

    private static void SaveWithPyTorch(string safetensors, string path, bool legacy)
    {
        const string Python = "/usr/bin/python3";
        Assert.SkipUnless(File.Exists(Python), "needs Debian's python3-torch");
        var start = new ProcessStartInfo(Python) { UseShellExecute = false, RedirectStandardError = true };
        foreach (string argument in new[] { Path.Combine(Repository.Root, "tests", "oracles", "save_torch.py"), safetensors, path, legacy ? "legacy" : "zip" })
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.SkipWhen(error.Contains("No module named", StringComparison.Ordinal), "needs Debian's python3-torch");
        Assert.True(process.ExitCode == 0, error);
    }
}
