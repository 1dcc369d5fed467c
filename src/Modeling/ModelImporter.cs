using System.Globalization;
using System.Text;
using BertMLNet.Tokenization;

namespace BertMLNet.Modeling;

/// <summary>How a model is imported.</summary>
public sealed record ImportOptions
{
    /// <summary>The head to import; null for the one that the model has.</summary>
    public Head? Head { get; init; }

    /// <summary>
    /// How one vector is made of a text's tokens, of a model that is to give vectors; null for what its folder says, if anything.
    /// </summary>
    public Pooling? Pooling { get; init; }

    /// <summary>Whether such vectors are made one long; null for what its folder says.</summary>
    public bool? Normalize { get; init; }

    /// <summary>Seeds the start values of what the model lacks.</summary>
    public int Seed { get; init; }

    /// <summary>The element type of the weights written: F32, F16 or BF16.</summary>
    public string ElementType { get; init; } = "F32";

    /// <summary>What writes the folder's graphs; null for a folder without.</summary>
    public IGraphWriter? Graphs { get; init; }
}

/// <summary>Writes the ONNX graphs of a model folder.</summary>
public interface IGraphWriter
{
    /// <summary>Refuses weights that no graph has room for, before any is written.</summary>
    /// <param name="parameters">The model's parameters.</param>
    /// <param name="path">The graph, for messages.</param>
    /// <exception cref="BertMLNetException">They are too large.</exception>
    void RequireRoom(IReadOnlyList<ParameterSpec> parameters, string path);

    /// <summary>Writes the graphs.</summary>
    /// <returns>Their paths; none where models with this head have no graph.</returns>
    /// <exception cref="BertMLNetException">A file cannot be written.</exception>
    IReadOnlyList<string> Write(
        IParameterSource parameters, ModelFolder folder, IProgress<TransferProgress>? progress, CancellationToken cancellationToken);
}

/// <summary>Turns any model that BertMLNet reads into a model folder.</summary>
public static class ModelImporter
{
    // The weights and either graph are about as large as each other: a third each of what there is to do.
    private const int Parts = 3;

    /// <summary>
    /// Writes weights, configuration, tokenizer, ONNX graphs and model card, all of them or, where anything fails, none. Weights
    /// go tensor by tensor: no more than the largest one and its transpose is in memory. Graphs are written from the folder's
    /// weights, and are not run.
    /// </summary>
    /// <param name="path">The model: what <see cref="ModelFolder.Find"/> takes.</param>
    /// <param name="output">The folder to write; files of the same names in it are replaced when all new ones are complete.</param>
    /// <param name="options">Head, seed, element type and graphs.</param>
    /// <param name="progress">Told after every tensor.</param>
    /// <param name="cancellationToken">Stops between tensors; nothing is left behind.</param>
    /// <returns>What the model had and lacked, with remarks on what the user should know.</returns>
    /// <exception cref="BertMLNetException">
    /// The model or its tokenizer is missing or damaged, its weights are too large for a graph, or the folder cannot be written.
    /// </exception>
    public static LoadReport Import(
        string path,
        ModelFolder output,
        ImportOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        options ??= new ImportOptions();
        string[] older = [.. output.GraphPaths.Append(SentenceTransformerFiles.ModulesPath(output.FolderPath)).Where(File.Exists)];
        LoadReport? report = null;
        IReadOnlyList<string> written = [];
        AtomicFolder.Write(output.FolderPath, temporary =>
        {
            ModelFolder source = ModelFolder.Find(path);
            var folder = new ModelFolder(temporary);
            // The configuration first: a model of another kind is then refused by name, whatever its weights look like.
            BertConfig config = source.LoadConfig();
            using (ICheckpoint checkpoint = source.OpenWeights())
            {
                WordPieceTokenizer tokenizer = source.LoadTokenizer(config);
                EmbeddingSettings? embedding = Embedding(source, checkpoint, config, options);
                if (embedding is not null)
                {
                    options = options with { Head = embedding.Head };
                    config = config with { Embedding = embedding.Pooling == Pooling.Pooler ? embedding : null };
                    SentenceTransformerFiles.Save(embedding, temporary, config.HiddenSize);
                }
                report = ImportWeights(checkpoint, config, folder, options, output.OnnxPath, progress, cancellationToken);
                tokenizer.Save(temporary, config.LongestSequence);
            }
            IReadOnlyList<string> graphs =
                options.Graphs is { } writer ? WriteGraphs(writer, folder, report.Head, progress, cancellationToken) : [];
            AtomicFile.WriteAllText(folder.ModelCardPath, ImportedModelCard.Text(config, report, graphs.Count > 0));
            written =
            [
                .. Directory.EnumerateFiles(temporary, "*", SearchOption.AllDirectories)
                    .Select(file => Path.Combine(output.FolderPath, Path.GetRelativePath(temporary, file))),
            ];
        });
        return report! with { Remarks = [.. report.Remarks, .. older.Except(written).Select(OlderFile)] };
    }

    /// <summary>
    /// Writes <c>model.safetensors</c> and <c>config.json</c> alone; where graphs are to come, room for them is looked for first.
    /// </summary>
    internal static LoadReport ImportWeights(
        ICheckpoint checkpoint,
        BertConfig config,
        ModelFolder output,
        ImportOptions options,
        string graph = "",
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        Head head = options.Head ?? WeightPlan.DetectHead(checkpoint, config);
        if (options.Graphs is { } graphs && !head.ReadsMaskedTokens)
        {
            graphs.RequireRoom(BertParameters.For(config, head), graph);
            progress = PartProgress.Of(progress, 0, 1, Parts);
        }
        var plan = WeightPlan.Create(checkpoint, config, head, options.Seed);
        WriteWeights(plan, output.WeightsPath, options.ElementType, progress, cancellationToken);
        config.Save(output.ConfigPath, head);
        return options.Head is null && config.Encoder.IsForeign(config.Architecture)
            ? plan.Report with { Remarks = [.. plan.Report.Remarks, Foreign(config)] }
            : plan.Report;
    }

    /// <summary>
    /// How the model makes vectors of texts; null where it is not asked to and its folder does not say, or has another task.
    /// </summary>
    private static EmbeddingSettings? Embedding(ModelFolder source, ICheckpoint checkpoint, BertConfig config, ImportOptions options)
    {
        bool isAsked = options.Pooling is not null || options.Normalize is not null;
        return options.Head is null && (isAsked || !WeightPlan.DetectHead(checkpoint, config).HasTask)
            ? source.LoadEmbedding(config, options.Pooling, options.Normalize)
            : null;
    }

    private static string Foreign(BertConfig config) =>
        $"The model is a {config.Architecture}, of which the encoder alone is taken; with their heads are read "
        + $"{string.Join(", ", config.Encoder.Read.Select(config.Encoder.ClassOf).Distinct())}.";

    /// <summary>
    /// The graphs of the weights in a folder: those that were rounded when they were stored are rounded in the graphs, too.
    /// </summary>
    private static IReadOnlyList<string> WriteGraphs(
        IGraphWriter writer, ModelFolder folder, Head head, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        using ICheckpoint checkpoint = folder.OpenWeights();
        var weights = WeightPlan.Create(checkpoint, folder.LoadConfig(), head);
        return writer.Write(weights, folder, PartProgress.Of(progress, 1, Parts, Parts), cancellationToken);
    }

    private static void WriteWeights(
        WeightPlan plan, string path, string elementType, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        Dictionary<string, ParameterSpec> specs =
            plan.Specs.ToDictionary(spec => plan.Config.Encoder.NameInFiles(spec.Name, plan.Head));
        long total = plan.Specs.Sum(spec => (long)spec.Count) * ElementTypes.SizeOf(elementType);
        long done = 0;
        float[] buffer = GC.AllocateUninitializedArray<float>(plan.Specs.Max(spec => spec.Count));
        SafetensorsWriter.Write(
            path,
            [.. specs.Select(spec => (spec.Key, spec.Value.Shape))],
            name =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                ParameterSpec spec = specs[name];
                Memory<float> values = buffer.AsMemory(0, spec.Count);
                plan.Read(spec, values.Span);
                done += (long)spec.Count * ElementTypes.SizeOf(elementType);
                progress?.Report(new TransferProgress(name, done, total));
                return values;
            },
            elementType);
    }

    private static string OlderFile(string path) =>
        $"{path} was there before and is left as it is; where it is another model's, delete it"
        + (path.EndsWith(".onnx", StringComparison.Ordinal) ? ", or write it anew with 'bertmlnet export'." : ".");
}

/// <summary>
/// Tells of a part of some work as of the parts <paramref name="first"/> to before <paramref name="end"/> of
/// <paramref name="parts"/> equal ones.
/// </summary>
internal sealed class PartProgress(IProgress<TransferProgress> whole, int first, int end, int parts) : IProgress<TransferProgress>
{
    public static IProgress<TransferProgress>? Of(IProgress<TransferProgress>? whole, int first, int end, int parts) =>
        whole is null ? null : new PartProgress(whole, first, end, parts);

    public void Report(TransferProgress value)
    {
        long part = value.Total / (end - first);
        whole.Report(value with { Done = first * part + value.Done, Total = value.Total + (parts - end + first) * part });
    }
}

/// <summary>The model card of an imported model: what it is, where its weights come from, and what is missing.</summary>
internal static class ImportedModelCard
{
    public static string Text(BertConfig config, LoadReport report, bool hasGraphs)
    {
        var card = new StringBuilder();
        card.Append("---\nlibrary_name: transformers\npipeline_tag: ").Append(report.Head.Pipeline).Append("\n---\n\n");
        card.Append("# ").Append(report.Architecture).Append("\n\n");
        card.Append(CultureInfo.InvariantCulture, $"{config.NumHiddenLayers} layers, {config.HiddenSize} wide, ")
            .Append(CultureInfo.InvariantCulture, $"{config.NumAttentionHeads} heads, a vocabulary of {config.VocabSize}, ")
            .Append(CultureInfo.InvariantCulture, $"sequences of up to {config.LongestSequence} tokens.");
        if (report.Head.HasLabels)
            card.Append(" Classes: ").AppendJoin(", ", config.Labels.Select(Shown.Code)).Append('.');
        card.Append(CultureInfo.InvariantCulture, $"\n\nImported with BertMLNet from {Shown.Code(Path.GetFileName(report.Path))} ({report.Format}): ")
            .Append(CultureInfo.InvariantCulture, $"{report.Loaded.Count} parameters.\n");
        foreach (string remark in report.Remarks)
            card.Append("\n- ").Append(Shown.Markdown(remark));
        if (report.Remarks.Count > 0)
            card.Append('\n');
        card.Append("\n## Limits\n\nNothing was measured in importing it: ")
            .Append("data, training and metrics are those that the model's origin tells. ");
        if (report.Initialized.Count > 0)
            card.Append("The parameters that started anew know nothing before they are trained. ");
        card.Append((hasGraphs, !report.Head.ReadsMaskedTokens) switch
        {
            (true, _) => "The graphs in `onnx/` are written from these weights; "
                + "`bertmlnet export --verify` compares them with a second implementation.\n",
            (_, true) => "`bertmlnet export` writes its ONNX graphs.\n",
            _ => "It predicts tokens and has no ONNX graph; `bertmlnet train` makes a model of it that has one.\n",
        });
        return card.ToString();
    }
}

/// <summary>How far a copy or download has come.</summary>
/// <param name="Item">The file or tensor under way.</param>
/// <param name="Done">The bytes done, of all items.</param>
/// <param name="Total">The bytes of all items; 0 where that is not known.</param>
public readonly record struct TransferProgress(string Item, long Done, long Total);
