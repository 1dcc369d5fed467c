using System.Text.Json;
using BertMLNet.Modeling;
using BertMLNet.Modeling.Tests;
using BertMLNet.TestKit;
using BertMLNet.Tokenization;

namespace BertMLNet.Export.Tests;

/// <summary>Whatever a model is stored in: its graph gives PyTorch's logits, and going round through ONNX changes no byte.</summary>
public sealed class AnyModelTests
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (string name in new[] { "pair-gelu", "qa-gelu" })
            {
                foreach (string format in new[] { "safetensors", "PyTorch zip", "PyTorch legacy", "TensorFlow", "ONNX", "PyTorch's ONNX", "sharded safetensors", "sharded PyTorch" })
                    cases.Add(name, format);
            }
            cases.Add("pair-gelu", "Model Garden");
            foreach (string name in new[] { "pair-distilbert", "pair-electra" })
            {
                foreach (string format in new[] { "safetensors", "PyTorch zip", "PyTorch legacy", "ONNX", "PyTorch's ONNX", "sharded safetensors", "sharded PyTorch" })
                    cases.Add(name, format);
            }
            foreach (string name in new[] { "qa-distilbert-sinusoidal", "qa-electra" })
            {
                foreach (string format in new[] { "safetensors", "ONNX", "PyTorch's ONNX" })
                    cases.Add(name, format);
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Import_export_and_import_keep_logits_and_bytes(string name, string format)
    {
        var golden = new GoldenFiles(name);
        using var folder = new TemporaryFolder();
        Write(golden, format, Directory.CreateDirectory(folder["source"]).FullName);
        var first = new ModelFolder(folder["first"]);
        var second = new ModelFolder(folder["second"]);

        LoadReport report = Import(folder["source"], first);
        Import(first.OnnxPath, second);

        Assert.Empty(report.Initialized);
        Assert.Contains(report.Format, File.ReadAllText(first.ModelCardPath), StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(first.WeightsPath), File.ReadAllBytes(second.WeightsPath));
        Assert.Equal(File.ReadAllText(first.ConfigPath), File.ReadAllText(second.ConfigPath));
        Assert.Equal(File.ReadAllText(folder["first/tokenizer.json"]), File.ReadAllText(folder["second/tokenizer.json"]));
        foreach ((string path, _) in OnnxExporter.GraphsOf(first))
        {
            Assert.Equal(File.ReadAllBytes(path), Exported(first, path));
            using var graph = new GraphVerifier(path);
            float[] actual = GoldenModels.Packed(graph.Run(golden.Lengths, golden.InputIds, golden.TokenTypeIds), golden.Lengths);
            Assert.InRange(GraphVerifier.LargestDifference(actual, Array.ConvertAll(golden.Logits, value => (float)value)), 0f, 1e-4f);
        }
    }

    [Fact]
    public void Graphs_are_left_out_where_they_are_not_wanted_and_older_ones_are_named()
    {
        using var folder = new TemporaryFolder();
        Write(new GoldenFiles("pair-gelu"), "safetensors", Directory.CreateDirectory(folder["source"]).FullName);
        var output = new ModelFolder(folder["out"]);

        LoadReport report = ModelImporter.Import(folder["source"], output);
        Assert.False(Directory.Exists(folder["out/onnx"]));
        Assert.Empty(report.Remarks);

        Directory.CreateDirectory(folder["out/onnx"]);
        File.WriteAllText(output.OnnxPath, "older");
        File.WriteAllText(output.QuantizedOnnxPath, "older");
        report = Import(folder["source"], output);
        Assert.Contains(output.QuantizedOnnxPath, Assert.Single(report.Remarks), StringComparison.Ordinal);
        Assert.Equal("older", File.ReadAllText(output.QuantizedOnnxPath));
        Assert.Equal(2, ModelImporter.Import(folder["source"], output).Remarks.Count(remark => remark.Contains("model_optimized.onnx", StringComparison.Ordinal) || remark.Contains("model_quantized.onnx", StringComparison.Ordinal)));
        Assert.NotEqual("older", File.ReadAllText(output.OnnxPath));
    }

    [Fact]
    public void Graphs_hold_the_weights_as_they_were_stored()
    {
        using var folder = new TemporaryFolder();
        Write(new GoldenFiles("pair-gelu"), "safetensors", Directory.CreateDirectory(folder["source"]).FullName);
        var output = new ModelFolder(folder["out"]);
        Import(folder["source"], output, new ImportOptions { ElementType = "BF16" });
        Import(output.OnnxPath, new ModelFolder(folder["again"]), new ImportOptions { ElementType = "BF16" });
        Assert.Equal(File.ReadAllBytes(output.WeightsPath), File.ReadAllBytes(folder["again/model.safetensors"]));
    }

    [Fact]
    public void A_model_that_predicts_tokens_has_no_graph()
    {
        using var folder = new TemporaryFolder();
        Write(new GoldenFiles("pair-gelu"), "safetensors", Directory.CreateDirectory(folder["source"]).FullName);
        LoadReport report = Import(folder["source"], new ModelFolder(folder["out"]), new ImportOptions { Head = Heads.MaskedTokens });
        Assert.False(OnnxExporter.HasGraph(report.Head));
        Assert.False(Directory.Exists(folder["out/onnx"]));
        Assert.Contains("has no ONNX graph", File.ReadAllText(folder["out/README.md"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "bert.encoder.layer.1.output.dense.weight", 1)]
    [InlineData("", "bert.encoder.layer.1.output.dense.weight", 2)]
    [InlineData("", "bert.encoder.layer.1.output.dense.weight", 3)]
    [InlineData("old", "bert.encoder.layer.1.output.dense.weight", 3)]
    public void Cancelled_in_the_weights_or_in_either_graph_an_import_leaves_the_folder_as_it_was(string older, string tensor, int time)
    {
        using var folder = new TemporaryFolder();
        Write(new GoldenFiles("pair-gelu"), "safetensors", Directory.CreateDirectory(folder["source"]).FullName);
        if (older.Length > 0)
            File.WriteAllText(Path.Combine(Directory.CreateDirectory(folder["out"]).FullName, "model.safetensors"), older);
        using var cancellation = new CancellationTokenSource();
        var progress = new Steps(step =>
        {
            if (step.Item == tensor && --time == 0)
                cancellation.Cancel();
        });

        Assert.Throws<OperationCanceledException>(() =>
            Import(folder["source"], new ModelFolder(folder["out"]), progress: progress, cancellationToken: cancellation.Token));

        Assert.Equal(0, time);
        Assert.Equal(older.Length > 0, Directory.Exists(folder["out"]));
        if (older.Length > 0)
            Assert.Equal([folder["out/model.safetensors"]], Directory.GetFileSystemEntries(folder["out"]));
    }

    [Fact]
    public void Progress_counts_the_weights_and_both_graphs_on_one_scale()
    {
        using var folder = new TemporaryFolder();
        Write(new GoldenFiles("qa-gelu"), "safetensors", Directory.CreateDirectory(folder["source"]).FullName);
        var fractions = new List<double>();
        Import(folder["source"], new ModelFolder(folder["out"]), progress: new Steps(step => fractions.Add((double)step.Done / step.Total)));
        Assert.Equal(fractions.Order(), fractions);
        Assert.InRange(fractions[0], 0, 1.0 / 3);
        Assert.Contains(fractions, fraction => fraction is > 0.34 and < 0.66);
        Assert.Equal(1, fractions[^1], 2);
    }

    [Fact]
    public void A_graph_that_cannot_be_put_in_place_leaves_the_folder_as_it_was()
    {
        using var folder = new TemporaryFolder();
        Write(new GoldenFiles("pair-gelu"), "safetensors", Directory.CreateDirectory(folder["source"]).FullName);
        Directory.CreateDirectory(folder["out/onnx/model_optimized.onnx"]);

        var exception = Assert.Throws<BertMLNetException>(() => Import(folder["source"], new ModelFolder(folder["out"])));

        Assert.Contains(folder["out/onnx/model_optimized.onnx"], exception.Message, StringComparison.Ordinal);
        Assert.Equal([folder["out/onnx"]], Directory.GetFileSystemEntries(folder["out"]));
        Assert.Equal([folder["out/onnx/model_optimized.onnx"]], Directory.GetFileSystemEntries(folder["out/onnx"]));
    }

    [Fact]
    public void Words_without_an_embedding_are_refused_before_anything_is_written()
    {
        using var folder = new TemporaryFolder();
        Write(new GoldenFiles("pair-gelu"), "safetensors", Directory.CreateDirectory(folder["source"]).FullName);
        File.AppendAllText(folder["source/vocab.txt"], "late\n");
        File.Delete(folder["source/tokenizer.json"]);

        BertMLNetException error = Assert.Throws<BertMLNetException>(() => Import(folder["source"], new ModelFolder(folder["out"])));

        Assert.Contains("the token 'late' has the id 50, and the model has 50 embeddings", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["out"]));
    }

    [Fact]
    public void A_model_without_a_tokenizer_is_refused_before_anything_is_written()
    {
        using var folder = new TemporaryFolder();
        Write(new GoldenFiles("pair-gelu"), "safetensors", Directory.CreateDirectory(folder["source"]).FullName);
        File.Delete(folder["source/vocab.txt"]);
        File.Delete(folder["source/tokenizer.json"]);

        Assert.Throws<BertMLNetException>(() => Import(folder["source"], new ModelFolder(folder["out"])));

        Assert.False(Directory.Exists(folder["out"]));
    }

    [Fact]
    public void Weights_are_found_or_not()
    {
        using var folder = new TemporaryFolder();
        Assert.Null(new ModelFolder(folder.Path).TryOpenWeights());
        var exception = Assert.Throws<BertMLNetException>(() => new ModelFolder(folder.Path).OpenWeights());
        Assert.Contains("model.onnx", exception.Message, StringComparison.Ordinal);
    }

    private static LoadReport Import(
        string path,
        ModelFolder output,
        ImportOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        ModelImporter.Import(path, output, (options ?? new()) with { Graphs = new FolderGraphs() }, progress, cancellationToken);

    /// <summary>The graph that exporting the folder's weights from memory gives.</summary>
    private static byte[] Exported(ModelFolder folder, string graph)
    {
        GraphOperators operators = OnnxExporter.GraphsOf(folder).Single(known => known.Path == graph).Operators;
        string again = Path.Combine(folder.FolderPath, "again.onnx");
        OnnxExporter.Export(folder.LoadParameters().Parameters, again, new() { Operators = operators });
        return File.ReadAllBytes(again);
    }

    private sealed class Steps(Action<TransferProgress> report) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => report(value);
    }

    private static void Write(GoldenFiles golden, string format, string folder)
    {
        ParameterSet parameters = GoldenModels.Load(golden);
        SmallTokenizer.Create().Save(folder);
        string beside = Path.GetDirectoryName(golden.ConfigPath)!;
        string In(string name) => Path.Combine(folder, name);
        if (format is "TensorFlow" or "Model Garden")
        {
            var writer = new BundleWriter { Compress = true };
            if (format is "TensorFlow")
                TensorFlowModels.AddGoogle(writer, parameters);
            else
                TensorFlowModels.AddModelGarden(writer, parameters, "model/", byNumber: false);
            writer.Write(In("bert_model.ckpt"));
        }
        else if (format is "sharded safetensors")
        {
            (string Name, int[] Shape)[] tensors = [.. parameters.Specs.Select(spec => (NameInFiles(parameters, spec), spec.Shape))];
            string[] files = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
            foreach ((int half, string file) in files.Index())
                SafetensorsWriter.Write(In(file), [.. tensors.Where((_, i) => i % 2 == half)], tensor => parameters[parameters.Config.Encoder.ParameterOf(tensor)]);
            WriteIndex(In("model.safetensors.index.json"), parameters, files);
        }
        else if (format is "sharded PyTorch")
        {
            // Each file holds every tensor; the index says from which one a tensor is taken.
            string[] files = ["pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin"];
            File.Copy(Path.Combine(beside, "pytorch_zip.bin"), In(files[0]));
            File.Copy(Path.Combine(beside, "pytorch_legacy.bin"), In(files[1]));
            WriteIndex(In("pytorch_model.bin.index.json"), parameters, files);
        }
        else if (format is "ONNX")
        {
            OnnxExporter.Export(parameters, In("model.onnx"));
        }
        else
        {
            (string from, string to) = format switch
            {
                "PyTorch zip" => ("pytorch_zip.bin", "pytorch_model.bin"),
                "PyTorch legacy" => ("pytorch_legacy.bin", "pytorch_model.bin"),
                "PyTorch's ONNX" => ("exported.onnx", "model.onnx"),
                _ => ("model.safetensors", "model.safetensors"),
            };
            File.Copy(Path.Combine(beside, from), In(to));
        }
        File.Copy(golden.ConfigPath, In("config.json"));
    }

    private static string NameInFiles(ParameterSet parameters, ParameterSpec spec) =>
        parameters.Config.Encoder.NameInFiles(spec.Name, parameters.Head);

    private static void WriteIndex(string path, ParameterSet parameters, string[] files)
    {
        var places = parameters.Specs.Index().ToDictionary(spec => NameInFiles(parameters, spec.Item), spec => files[spec.Index % 2]);
        File.WriteAllText(path, JsonSerializer.Serialize(new Dictionary<string, object> { ["weight_map"] = places }));
    }
}
