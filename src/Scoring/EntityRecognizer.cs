using System.Text.Encodings.Web;
using System.Text.Json;
using BertMLNet.Modeling;

namespace BertMLNet.Scoring;

/// <summary>Something that a text names.</summary>
/// <param name="Type">What it is, such as <c>person</c>.</param>
/// <param name="Text">The text's characters from <paramref name="Start"/> to <paramref name="End"/>.</param>
/// <param name="Start">The first character, in UTF-16 units.</param>
/// <param name="End">The character after the last.</param>
/// <param name="Score">The mean of its words' probabilities.</param>
public sealed record RecognizedEntity(string Type, string Text, int Start, int End, double Score)
{
    private static readonly JsonWriterOptions AsTheyAre = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Writes entities as a JSON array of objects with <c>type</c>, <c>text</c>, <c>start</c>, <c>end</c> and <c>score</c>.
    /// </summary>
    internal static void Write(Utf8JsonWriter json, IReadOnlyList<RecognizedEntity> entities)
    {
        json.WriteStartArray();
        foreach (RecognizedEntity entity in entities)
        {
            json.WriteStartObject();
            json.WriteString("type", entity.Type);
            json.WriteString("text", entity.Text);
            json.WriteNumber("start", entity.Start);
            json.WriteNumber("end", entity.End);
            json.WriteNumber("score", entity.Score);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>Entities as a text of JSON.</summary>
    internal static string ToJson(IReadOnlyList<RecognizedEntity> entities)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, AsTheyAre))
            Write(json, entities);
        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}

/// <summary>How texts are cut into windows, and how entities are read from the logits.</summary>
public sealed record EntityOptions
{
    /// <summary>How a word's label comes of its tokens'.</summary>
    public EntityAggregation Aggregation { get; init; }

    /// <summary>
    /// Tokens that neighbouring windows of a long text share, never more than half of a window's; as the model was trained, or else 64,
    /// where it is null.
    /// </summary>
    public int? Stride { get; init; }
}

/// <summary>
/// Finds entities in texts with a model folder's ONNX graph. Texts of any length are cut into windows, and the windows of many texts share
/// batches; a word that several windows hold is decided in the one where it has most context. Many threads may use one recogniser at once;
/// they share its session. Disposed in use, it lets batches under way end and refuses everything else.
/// </summary>
/// <remarks>
/// A word is what the tokenizer splits texts into before it looks for pieces: what stands between white space, with each mark of
/// punctuation by itself. Words that follow one another make an entity as their labels say, whose places are those in the original text.
/// </remarks>
public sealed class EntityRecognizer : IDisposable
{
    private readonly ScoringOptions _scoring;
    private readonly StreamWindows _windows;
    private readonly EntityDecoder _decoder;
    private readonly EntityEncoder _encoder;
    private readonly GraphScorer _scorer;
    private readonly Pool<TokenSequences> _sequences = new(() => new TokenSequences());

    private EntityRecognizer(ModelFolder folder, BertConfig config, EntityOptions options, ScoringOptions scoring)
    {
        _scoring = scoring;
        _windows = StreamWindows.For(config, scoring);
        _decoder = new EntityDecoder(config.Labels, options.Aggregation);
        (_scorer, _encoder) = GraphScorer.Open(
            folder,
            config,
            [GraphOutput.OfTokens(TensorNames.Logits, config.NumLabels)],
            scoring,
            () => EntityEncoder.For(folder, config, folder.LoadTokenizer(config), scoring.MaxLength, options.Stride));
    }

    /// <summary>The types of entities that the model knows.</summary>
    public IReadOnlyList<string> Types => _decoder.Types;

    /// <summary>Opens a model folder: its configuration, its tokenizer and its graph.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="options">How texts are cut and entities read.</param>
    /// <param name="scoring">
    /// Which graph, on what, in which batches; where no length is given, windows have as many tokens as the model's configuration says, or
    /// else 256 where the model takes as many.
    /// </param>
    /// <exception cref="BertMLNetException">
    /// The folder is incomplete or damaged, its model is another task's, or the execution provider cannot be used.
    /// </exception>
    public static EntityRecognizer Load(string folder, EntityOptions? options = null, ScoringOptions? scoring = null)
    {
        ModelFolder model = ModelFolder.Open(folder);
        BertConfig config = model.Require(model.LoadConfig(), Heads.Tokens);
        return new EntityRecognizer(model, config, options ?? new EntityOptions(), scoring ?? new ScoringOptions());
    }

    /// <summary>Finds the entities of one text, in the text's order.</summary>
    /// <exception cref="ObjectDisposedException">The recogniser has been disposed.</exception>
    public IReadOnlyList<RecognizedEntity> Recognize(string text) => Recognize(text.AsMemory());

    /// <summary>Finds the entities of one text, in the text's order.</summary>
    /// <exception cref="ObjectDisposedException">The recogniser has been disposed.</exception>
    public IReadOnlyList<RecognizedEntity> Recognize(ReadOnlyMemory<char> text) => RecognizeBatch(new EntityInput[] { new(text) })[0];

    /// <summary>
    /// Finds the entities of a stream of texts: pulls a bounded number of them ahead, on the caller's thread, whose windows go together in
    /// batches of like length, and gives the results in the texts' order.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The recogniser has been disposed.</exception>
    public IEnumerable<IReadOnlyList<RecognizedEntity>> RecognizeStream(
        IEnumerable<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return RecognizeStream(texts.Select(text => new EntityInput(text.AsMemory())), cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _scorer.Dispose();

    /// <summary>Finds the entities of texts whose words may be known.</summary>
    internal IEnumerable<IReadOnlyList<RecognizedEntity>> RecognizeStream(
        IEnumerable<EntityInput> inputs, CancellationToken cancellationToken) =>
        _windows.Run<EntityInput, IReadOnlyList<RecognizedEntity>>(inputs, RecognizeBatch, Characters, cancellationToken);

    private static long Characters(EntityInput input) => input.Text.Length;

    /// <summary>Finds the entities of texts, whose windows go together in batches of like length.</summary>
    internal IReadOnlyList<RecognizedEntity>[] RecognizeBatch(
        ReadOnlyMemory<EntityInput> inputs, CancellationToken cancellationToken = default)
    {
        _scorer.ThrowIfDisposed();
        var entities = new IReadOnlyList<RecognizedEntity>[inputs.Length];
        for (int start = 0, rows; start < inputs.Length; start += rows)
        {
            long characters = 0;
            for (rows = 0; rows < _scoring.WindowRows && start + rows < inputs.Length && characters < StreamWindows.WindowCharacters; rows++)
                characters += Characters(inputs.Span[start + rows]);
            RecognizeWindow(inputs.Slice(start, rows), entities.AsSpan(start, rows), cancellationToken);
        }
        return entities;
    }

    private void RecognizeWindow(
        ReadOnlyMemory<EntityInput> inputs, Span<IReadOnlyList<RecognizedEntity>> entities, CancellationToken cancellationToken)
    {
        var texts = new EncodedText[inputs.Length];
        TokenSequences sequences = _sequences.Rent();
        try
        {
            sequences.Encode(inputs.Length, (row, chunk) => texts[row] = Encode(inputs.Span[row], chunk), cancellationToken);
            (int Row, int Window)[] places =
                [.. texts.SelectMany((text, row) => Enumerable.Range(0, text.Windows.Length).Select(window => (row, window)))];
            WordLabel[][] decided = [.. texts.Select(text => new WordLabel[text.Words.Count])];
            _scorer.Score(
                sequences,
                (sequence, _, logits) =>
                {
                    (int row, int window) = places[sequence];
                    _decoder.Decide(texts[row], window, logits, decided[row]);
                },
                cancellationToken);
            for (int row = 0; row < texts.Length; row++)
                entities[row] = _decoder.Read(inputs.Span[row].Text.Span, texts[row].Words, decided[row]);
        }
        finally
        {
            _sequences.Return(sequences);
        }
    }

    private EncodedText Encode(EntityInput input, TokenSequences.Chunk chunk)
    {
        EncodedText text = _encoder.Encode(input.Text.Span, input.Words);
        for (int window = 0; window < text.Windows.Length; window++)
        {
            int length = text.LengthOf(window);
            chunk.Reserve(length, out Span<int> ids, out Span<byte> typeIds);
            _encoder.WriteIds(text, window, ids);
            typeIds.Clear();
            chunk.Add(length);
        }
        return text;
    }
}

/// <summary>A text to find entities in.</summary>
/// <param name="Text">The text, of any length.</param>
/// <param name="Words">Its words' characters, in order; null for the tokenizer's own words.</param>
internal readonly record struct EntityInput(ReadOnlyMemory<char> Text, IReadOnlyList<(int Start, int End)>? Words = null);
