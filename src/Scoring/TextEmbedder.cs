using BertMLNet.Modeling;

namespace BertMLNet.Scoring;

/// <summary>
/// Makes vectors of texts with a model folder's ONNX graph, in which pooling and normalisation are. Texts of like meaning get vectors of
/// a large cosine. Many threads may use one embedder at once; they share its session. Disposed in use, it lets batches under way end
/// and refuses everything else.
/// </summary>
public sealed class TextEmbedder : IDisposable
{
    private readonly PairGraph _graph;
    private readonly string _folder;

    private TextEmbedder(ModelFolder folder, BertConfig config, EmbeddingSettings settings, ScoringOptions options)
    {
        _folder = folder.FolderPath;
        Settings = settings;
        options = options with { MaxLength = options.MaxLength ?? settings.MaxLength ?? config.LongestSequence };
        _graph = new(folder, config, TensorNames.SentenceEmbedding, config.HiddenSize, options);
    }

    /// <summary>The numbers of a vector.</summary>
    public int Dimensions => _graph.Width;

    /// <summary>How the model makes vectors, with the prompts that it knows.</summary>
    public EmbeddingSettings Settings { get; }

    /// <summary>
    /// Opens a model folder that says how its vectors are pooled (sentence-transformers' <c>modules.json</c>): its configuration, its
    /// tokenizer and its graph.
    /// </summary>
    /// <exception cref="BertMLNetException">
    /// The folder is incomplete or damaged, says nothing of pooling, or its graph gives no vectors; or the execution provider cannot be
    /// used.
    /// </exception>
    public static TextEmbedder Load(string folder, ScoringOptions? options = null)
    {
        ModelFolder model = ModelFolder.Open(folder);
        BertConfig config = model.LoadConfig();
        return new TextEmbedder(model, config, SettingsOf(model, config), options ?? new ScoringOptions());
    }

    /// <summary>The size of the vectors of a model folder, found out without opening its graph.</summary>
    /// <exception cref="BertMLNetException">The folder is incomplete or damaged, or says nothing of pooling.</exception>
    internal static int DimensionsOf(string folder)
    {
        ModelFolder model = ModelFolder.Open(folder);
        BertConfig config = model.LoadConfig();
        SettingsOf(model, config);
        return config.HiddenSize;
    }

    /// <summary>The text of a prompt that the model knows by name.</summary>
    /// <exception cref="BertMLNetException">It knows no prompt of this name.</exception>
    public string Prompt(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Settings.Prompts.TryGetValue(name, out string? prompt))
            return prompt;
        string known = Settings.Prompts.Count == 0
            ? "it knows none"
            : $"it knows {string.Join(", ", Settings.Prompts.Keys.Select(key => $"'{key}'"))}";
        throw new BertMLNetException(
            $"{_folder}: the model knows no prompt '{name}' ({known}, in config_sentence_transformers.json); give the prompt itself.");
    }

    /// <summary>Makes the vector of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="prompt">What stands before it, such as e5's <c>query: </c>; null for the model's own default, or else nothing.</param>
    /// <returns>The vector, <see cref="Dimensions"/> long.</returns>
    /// <exception cref="BertMLNetException">The text is too long and may not be truncated.</exception>
    /// <exception cref="ObjectDisposedException">The embedder has been disposed.</exception>
    public float[] Embed(string text, string? prompt = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        float[] vector = new float[Dimensions];
        EmbedBatch(new[] { text.AsMemory() }, vector, prompt);
        return vector;
    }

    /// <summary>Makes vectors in batches of like length, in the texts' order.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="prompt">What stands before each; null for the model's own default, or else nothing.</param>
    /// <param name="cancellationToken">Checked at each batch.</param>
    /// <exception cref="BertMLNetException">A text is too long and may not be truncated.</exception>
    /// <exception cref="ObjectDisposedException">The embedder has been disposed.</exception>
    public ReadOnlyMemory<float>[] EmbedBatch(
        ReadOnlyMemory<ReadOnlyMemory<char>> texts, string? prompt = null, CancellationToken cancellationToken = default)
    {
        float[] vectors = new float[texts.Length * Dimensions];
        EmbedBatch(texts, vectors, prompt, cancellationToken);
        return [.. Enumerable.Range(0, texts.Length).Select(i => (ReadOnlyMemory<float>)vectors.AsMemory(i * Dimensions, Dimensions))];
    }

    /// <summary>Makes vectors in batches of like length and writes them, [texts, dimensions], in the texts' order.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="vectors">Room for texts times dimensions.</param>
    /// <param name="prompt">What stands before each; null for the model's own default, or else nothing.</param>
    /// <param name="cancellationToken">Checked at each batch.</param>
    /// <exception cref="ArgumentException"><paramref name="vectors"/> has not room for texts times dimensions.</exception>
    /// <exception cref="BertMLNetException">A text is too long and may not be truncated.</exception>
    /// <exception cref="ObjectDisposedException">The embedder has been disposed.</exception>
    public void EmbedBatch(
        ReadOnlyMemory<ReadOnlyMemory<char>> texts, Memory<float> vectors, string? prompt = null,
        CancellationToken cancellationToken = default)
    {
        if (vectors.Length < texts.Length * Dimensions)
        {
            throw new ArgumentException(
                $"{texts.Length} vectors of {Dimensions} numbers need room for {texts.Length * Dimensions}, not {vectors.Length}.",
                nameof(vectors));
        }
        prompt ??= Settings.DefaultPromptName is { } name ? Settings.Prompts[name] : "";
        if (prompt.Length > 0 && !Settings.PoolsPrompt)
        {
            throw new BertMLNetException(
                $"{_folder}: the model leaves a prompt's tokens out of pooling (include_prompt is false in 1_Pooling/config.json), which is "
                + "not supported; embed without a prompt, or take another model.");
        }
        var pairs = new TextPair[texts.Length];
        for (int i = 0; i < pairs.Length; i++)
        {
            ReadOnlyMemory<char> text = texts.Span[i];
            pairs[i] = new(prompt.Length == 0 ? text : string.Concat(prompt, text.Span).AsMemory(), null);
        }
        _graph.Score(pairs, vectors, cancellationToken);
    }

    /// <summary>
    /// Makes the vectors of a stream of any length: pulls a bounded window of texts ahead, on the caller's thread, and gives the
    /// vectors in the texts' order.
    /// </summary>
    /// <param name="texts">The texts.</param>
    /// <param name="prompt">What stands before each; null for the model's own default, or else nothing.</param>
    /// <param name="cancellationToken">Checked at each batch.</param>
    /// <exception cref="BertMLNetException">A text is too long and may not be truncated.</exception>
    /// <exception cref="ObjectDisposedException">The embedder has been disposed.</exception>
    public IEnumerable<ReadOnlyMemory<float>> EmbedStream(
        IEnumerable<ReadOnlyMemory<char>> texts, string? prompt = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return _graph.Windows.Run<ReadOnlyMemory<char>, ReadOnlyMemory<float>>(
            texts, (window, stop) => EmbedBatch(window, prompt, stop), text => text.Length, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _graph.Dispose();

    private static EmbeddingSettings SettingsOf(ModelFolder folder, BertConfig config)
    {
        if (config.Head.HasTask)
        {
            throw new BertMLNetException(
                $"{folder.ConfigPath}: the model is a {config.Head.Architecture}, for {config.Head.Pipeline}, and gives no vectors of texts; "
                + "'bertmlnet score' runs it, and 'bertmlnet import --pooling mean' makes a model for vectors of its encoder.");
        }
        return folder.LoadEmbedding() ?? throw new BertMLNetException(
            $"{folder.FolderPath}: nothing says how its vectors are pooled (modules.json of sentence-transformers); say it with "
            + $"'bertmlnet import --from {folder.FolderPath} --output NEW --pooling mean'.");
    }
}
