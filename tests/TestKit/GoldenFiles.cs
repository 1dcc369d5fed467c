using System.Text.Json;

namespace BertMLNet.TestKit;

/// <summary>One case of tests/oracles/golden: a small model and batch with what PyTorch computes of them in double precision.</summary>
public sealed class GoldenFiles(string name)
{
    private readonly JsonElement _batch = Read(Path.Combine(FolderOf(name), "batch.json"));

    /// <summary>Every case's name; it begins with its head: pair, value, labels, qa, tokens, mlm or pretraining.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.GetFiles(Golden, "batch.json", SearchOption.AllDirectories)
            .Select(path => Path.GetFileName(Path.GetDirectoryName(path)!))
            .Order(StringComparer.Ordinal)];

    /// <summary>The case's name.</summary>
    public string Name { get; } = name;

    public string ConfigPath => Path.Combine(FolderOf(Name), "config.json");

    public string WeightsPath => Path.Combine(FolderOf(Name), "model.safetensors");

    public string GradientsPath => Path.Combine(FolderOf(Name), "gradients.safetensors");

    public string EmbeddingsPath => Path.Combine(FolderOf(Name), "embeddings.json");

    public string TrainingPath => Path.Combine(FolderOf(Name), "training.json");

    public int[] Lengths => Array<int>("lengths");

    public int[] InputIds => Array<int>("inputIds");

    public int[] TokenTypeIds => Array<int>("tokenTypeIds");

    public double[] Logits => Array<double>("logits");

    public double Loss => _batch.GetProperty("loss").GetDouble();

    public float LossScale => _batch.GetProperty("lossScale").GetSingle();

    private static string Golden => Path.Combine(Repository.Root, "tests", "oracles", "golden");

    /// <summary>A list of the batch, such as its targets.</summary>
    public T[] Array<T>(string field) => _batch.GetProperty(field).Deserialize<T[]>()!;

    private static string FolderOf(string name) => Path.Combine(Golden, name);

    private static JsonElement Read(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        return document.RootElement.Clone();
    }
}
