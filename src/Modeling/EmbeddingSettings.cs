using System.Text.Json;

namespace BertMLNet.Modeling;

/// <summary>How one vector is made of a text's tokens.</summary>
public enum Pooling
{
    /// <summary>The mean of the tokens' vectors, [CLS] and [SEP] included.</summary>
    Mean,

    /// <summary>The vector of the first token, [CLS], as the encoder gives it.</summary>
    Cls,

    /// <summary>Each dimension's largest value over the tokens.</summary>
    Max,

    /// <summary>The sum of the tokens' vectors over the square root of their number.</summary>
    MeanSqrtLength,

    /// <summary>The vector of [CLS] through BERT's pooler: a linear layer and tanh, which pre-training left there.</summary>
    Pooler,
}

/// <summary>
/// How a model makes vectors of texts: what a folder of sentence-transformers says in <c>modules.json</c> and the files that it names,
/// and in <c>config_sentence_transformers.json</c>. See <see cref="ModelFolder.LoadEmbedding()"/>.
/// </summary>
public sealed record EmbeddingSettings : ITaskSettings
{
    // Of config.json's task_specific_params: what sentence-transformers has no file for.
    private const string Task = "feature-extraction";

    private static readonly (Pooling Pooling, string Name)[] Names =
    [
        (Pooling.Mean, "mean"), (Pooling.Cls, "cls"), (Pooling.Max, "max"), (Pooling.MeanSqrtLength, "mean_sqrt_len"),
        (Pooling.Pooler, "pooler"),
    ];

    /// <summary>How one vector is made of a text's tokens.</summary>
    public Pooling Pooling { get; init; } = Pooling.Mean;

    /// <summary>Whether vectors are made one long, so that their dot product is their cosine.</summary>
    public bool Normalize { get; init; }

    /// <summary>The most tokens of a text (<c>max_seq_length</c>); null for as many as the model takes.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Texts that stand before others, by name: e5's <c>query: </c>, bge's instruction.</summary>
    public IReadOnlyDictionary<string, string> Prompts { get; init; } = new Dictionary<string, string>();

    /// <summary>The name of the prompt that is taken where none is asked for; null for none.</summary>
    public string? DefaultPromptName { get; init; }

    /// <summary>Whether a prompt's tokens are pooled like others (<c>include_prompt</c>).</summary>
    public bool PoolsPrompt { get; init; } = true;

    /// <summary>What vectors are to be compared with (<c>similarity_fn_name</c>), which is handed on as it is.</summary>
    internal string? Similarity { get; init; }

    /// <summary>The head that computes the vectors.</summary>
    internal Head Head => Heads.Embedding(Pooling, Normalize);

    /// <summary>The names of all kinds of pooling, as options have them.</summary>
    public static IReadOnlyList<string> PoolingNames { get; } = [.. Names.Select(known => known.Name)];

    /// <summary>The pooling of a name.</summary>
    /// <exception cref="BertMLNetException">There is none of this name.</exception>
    public static Pooling PoolingOf(string name) => Find(name) ?? throw new BertMLNetException(
        $"pooling '{name}' is not known; known are {string.Join(", ", PoolingNames)}.");

    /// <summary>The name of a kind of pooling.</summary>
    public static string NameOf(Pooling pooling) => Names.First(known => known.Pooling == pooling).Name;

    /// <summary>Reads what <c>config.json</c> says of pooling; null where it says nothing.</summary>
    /// <exception cref="BertMLNetException">It names a pooling that is not known.</exception>
    internal static EmbeddingSettings? Read(JsonPart config, string file)
    {
        if (TaskSettings.Find(config, file, Task) is not { } fields || fields["pooling"] is not { } pooling)
            return null;
        return new EmbeddingSettings
        {
            Pooling = Find(pooling.AsString()) ?? throw pooling.Wrong(string.Join(" or ", PoolingNames)),
            Normalize = fields.Boolean("normalize") ?? false,
        };
    }

    string ITaskSettings.Pipeline => Task;

    void ITaskSettings.WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("pooling", NameOf(Pooling));
        json.WriteBoolean("normalize", Normalize);
    }

    private static Pooling? Find(string name) =>
        Names.Where(known => string.Equals(known.Name, name)).Select(known => (Pooling?)known.Pooling).FirstOrDefault();
}
