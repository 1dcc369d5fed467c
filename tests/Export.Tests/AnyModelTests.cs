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

        LoadReport report = ModelFiles.Import(folder["source"], first);
        ExportGraph(first);
        ModelFiles.Import(first.OnnxPath, second);

        Assert.Empty(report.Initialized);
        Assert.Contains(report.Format, File.ReadAllText(first.ModelCardPath), StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(first.WeightsPath), File.ReadAllBytes(second.WeightsPath));
        Assert.Equal(File.ReadAllText(first.ConfigPath), File.ReadAllText(second.ConfigPath));
        Assert.Equal(File.ReadAllText(folder["first/tokenizer.json"]), File.ReadAllText(folder["second/tokenizer.json"]));
        using var graph = new GraphVerifier(first.OnnxPath);
        float[] actual = GoldenModels.Packed(graph.Run(golden.Lengths, golden.InputIds, golden.TokenTypeIds), golden.Lengths);
        Assert.InRange(GraphVerifier.LargestDifference(actual, Array.ConvertAll(golden.Logits, value => (float)value)), 0f, 1e-4f);
    }

    [Fact]
    public void Words_without_an_embedding_are_left_out_of_the_imported_vocabulary()
    {
        using var folder = new TemporaryFolder();
        var golden = new GoldenFiles("pair-gelu");
        Write(golden, "safetensors", Directory.CreateDirectory(folder["source"]).FullName);
        File.AppendAllText(folder["source/vocab.txt"], "late\n");
        File.Delete(folder["source/tokenizer.json"]);

        LoadReport report = ModelFiles.Import(folder["source"], new ModelFolder(folder["out"]));

        Assert.Contains(report.Remarks, remark => remark.Contains("has 51 words, the model 50 embeddings", StringComparison.Ordinal));
        Assert.Contains("has 51 words, the model 50 embeddings", File.ReadAllText(folder["out/README.md"]), StringComparison.Ordinal);
        WordPieceTokenizer tokenizer = WordPieceTokenizer.Load(folder["out"]);
        Assert.Equal(SmallTokenizer.Count, tokenizer.Vocabulary.Count);
        Assert.Equal([tokenizer.UnknownTokenId], tokenizer.EncodeToIds("late"));
    }

    [Fact]
    public void A_model_without_a_tokenizer_is_refused_before_anything_is_written()
    {
        using var folder = new TemporaryFolder();
        Write(new GoldenFiles("pair-gelu"), "safetensors", Directory.CreateDirectory(folder["source"]).FullName);
        File.Delete(folder["source/vocab.txt"]);
        File.Delete(folder["source/tokenizer.json"]);

        Assert.Throws<TokenizationException>(() => ModelFiles.Import(folder["source"], new ModelFolder(folder["out"])));

        Assert.False(Directory.Exists(folder["out"]));
    }

    [Fact]
    public void Weights_are_found_or_not()
    {
        using var folder = new TemporaryFolder();
        Assert.Null(ModelFiles.TryOpenWeights(folder.Path));
        var exception = Assert.Throws<BertMLNetException>(() => ModelFiles.OpenWeights(folder.Path));
        Assert.Contains("model.onnx", exception.Message, StringComparison.Ordinal);
    }

    private static void ExportGraph(ModelFolder folder)
    {
        using ModelSource source = ModelFiles.Open(folder.FolderPath);
        OnnxExporter.Export(ParameterLoader.Load(source.Checkpoint, source.Config, source.Head).Parameters, folder.OnnxPath);
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
            (string Name, int[] Shape)[] tensors = [.. parameters.Specs.Select(spec => (spec.Name, spec.Shape))];
            string[] files = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
            foreach ((int half, string file) in files.Index())
                SafetensorsWriter.Write(In(file), [.. tensors.Where((_, i) => i % 2 == half)], tensor => parameters[tensor]);
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

    private static void WriteIndex(string path, ParameterSet parameters, string[] files)
    {
        var places = parameters.Specs.Index().ToDictionary(spec => spec.Item.Name, spec => files[spec.Index % 2]);
        File.WriteAllText(path, JsonSerializer.Serialize(new Dictionary<string, object> { ["weight_map"] = places }));
    }
}
