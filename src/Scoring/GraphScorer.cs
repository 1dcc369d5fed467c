using System.Runtime.ExceptionServices;
using BertMLNet.Modeling;
using BertMLNet.Tokenization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace BertMLNet.Scoring;

/// <summary>
/// Takes what the graph said of one sequence; the values are valid during the call alone. Several threads may call at once,
/// each about another sequence.
/// </summary>
/// <param name="sequence">The sequence's index in its list.</param>
/// <param name="output">The output's index, in the order in which the outputs were asked for.</param>
/// <param name="values">The values of the sequence, or those of each of its tokens one after another.</param>
internal delegate void OutputReceiver(int sequence, int output, ReadOnlySpan<float> values);

/// <summary>An output that a graph must have.</summary>
/// <param name="Name">Its name.</param>
/// <param name="PerToken">Whether it has values for each token, and not for a sequence.</param>
/// <param name="Width">The size of its last dimension; null for one value a token, without such a dimension.</param>
internal readonly record struct GraphOutput(string Name, bool PerToken, int? Width)
{
    /// <summary>[batch, width].</summary>
    public static GraphOutput OfSequence(string name, int width) => new(name, PerToken: false, width);

    /// <summary>[batch, sequence, width], or [batch, sequence] where there is no width.</summary>
    public static GraphOutput OfTokens(string name, int? width = null) => new(name, PerToken: true, width);

    public int Rank => PerToken && Width is not null ? 3 : 2;

    /// <summary>How many values there are of a sequence with so many tokens.</summary>
    public int Values(int tokens) => (PerToken ? tokens : 1) * (Width ?? 1);

    /// <summary>Its dimensions for a batch of so many sequences, padded to so many tokens.</summary>
    public long[] Shape(int rows, int tokens) =>
        [rows, .. PerToken ? [tokens] : Array.Empty<long>(), .. Width is { } width ? [width] : Array.Empty<long>()];

    public override string ToString() => $"[batch{(PerToken ? ", sequence" : "")}{(Width is { } width ? $", {width}" : "")}]";
}

/// <summary>
/// An open graph, through which token sequences run in batches of like length under a token budget. Many threads may use it at once:
/// they share the session, each with buffers of its own, or take turns where the execution provider asks for it. Disposed while runs
/// are under way, it refuses new ones and releases its native memory when the last one ends.
/// </summary>
internal sealed class GraphScorer : IDisposable
{
    /// <summary>
    /// The inputs, all int64 [batch, sequence], in the order that <see cref="Run"/> takes them. A graph may do without the last: that
    /// of a model whose types were folded into its weights, or that has none.
    /// </summary>
    public static readonly string[] InputNames =
        [TensorNames.HuggingFace.InputIds, TensorNames.HuggingFace.AttentionMask, TensorNames.HuggingFace.TokenTypeIds];

    private readonly string _path;
    private readonly InferenceSession _session;
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private readonly Pool<BatchPlan> _plans = new(() => new BatchPlan());
    private readonly Pool<BatchBuffers> _buffers;
    private readonly int _batchTokens;
    private readonly int _batchesAtOnce;
    private readonly Lock _gate = new();
    private readonly Lock? _turn;
    private int _runs;
    private bool _disposed;

    /// <summary>Takes over a session that is open, and checks its inputs and outputs by name, type and shape.</summary>
    /// <param name="session">The session, which is disposed where it is not what is expected.</param>
    /// <param name="path">The graph, for messages.</param>
    /// <param name="outputs">The outputs it must have.</param>
    /// <param name="padTokenId">What fills the rows of a batch up.</param>
    /// <param name="options">The options that the session was opened with.</param>
    /// <exception cref="BertMLNetException">The graph is not what the model folder promises.</exception>
    internal GraphScorer(InferenceSession session, string path, GraphOutput[] outputs, int padTokenId, ScoringOptions options)
    {
        try
        {
            CheckInputs(path, session.InputMetadata);
            foreach (GraphOutput output in outputs)
                CheckOutput(path, session.OutputMetadata, output);
        }
        catch
        {
            session.Dispose();
            throw;
        }
        _path = path;
        _session = session;
        _inputNames = [.. InputNames.Where(session.InputMetadata.ContainsKey)];
        _outputNames = [.. outputs.Select(output => output.Name)];
        _buffers = new(() => new BatchBuffers(outputs, padTokenId));
        _batchTokens = options.BatchTokens;
        _batchesAtOnce = options.BatchesAtOnce;
        _turn = options.RunsOneByOne ? new Lock() : null;
    }

    /// <summary>
    /// Opens a model folder's graph and loads its tokenizer at the same time: each takes about half of a cold start. Where both
    /// fail, the tokenizer's error is the one that is thrown.
    /// </summary>
    /// <exception cref="BertMLNetException">There is no such graph, or it is not what the folder's configuration promises.</exception>
    public static (GraphScorer Scorer, TTokenizer Tokenizer) Open<TTokenizer>(
        ModelFolder folder, BertConfig config, GraphOutput[] outputs, ScoringOptions options, Func<TTokenizer> loadTokenizer)
    {
        Task<TTokenizer> loading = Task.Run(loadTokenizer);
        GraphScorer? scorer = null;
        ExceptionDispatchInfo? failure = null;
        try
        {
            options.Validate(folder);
            (InferenceSession session, string path, ScoringOptions opened) = Sessions.Open(folder, options);
            scorer = new GraphScorer(session, path, outputs, config.PadTokenId, opened);
        }
        catch (Exception exception)
        {
            failure = ExceptionDispatchInfo.Capture(exception is BertMLNetException && OtherTask(folder, config, outputs) is { } other
                ? new BertMLNetException(other, exception)
                : exception);
        }
        try
        {
            TTokenizer tokenizer = loading.GetAwaiter().GetResult();
            failure?.Throw();
            return (scorer!, tokenizer);
        }
        catch
        {
            scorer?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// What to say of a model that is made for something else, which neither its own graph nor another export of it would change; null for
    /// one that says it gives what is asked for.
    /// </summary>
    private static string? OtherTask(ModelFolder folder, BertConfig config, GraphOutput[] outputs)
    {
        if (config.Architecture is not { } architecture || (!config.Encoder.IsForeign(architecture) && Gives(config.Head)))
            return null;
        string wanted = string.Join(" or ", config.Encoder.Read.Where(Gives).Select(config.Encoder.ClassOf).Distinct());
        return $"{folder.FolderPath}: the model is a {architecture}, and a {wanted} is asked for; make one of it with 'bertmlnet train', "
            + "or take another model.";

        bool Gives(Head head) => outputs.All(output =>
            head.Branches.Any(branch => branch.HasRowPerToken == output.PerToken && branch.Outputs.Contains(output.Name)));
    }

    /// <summary>
    /// Hands every sequence's outputs to <paramref name="receive"/>, in no particular order, and from several threads at
    /// once where batches run at once.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The scorer has been disposed.</exception>
    public void Score(TokenSequences sequences, OutputReceiver receive, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        BatchPlan plan = _plans.Rent();
        try
        {
            plan.Make(sequences, _batchTokens, _batchesAtOnce);
            Concurrently.For(plan.Count, _batchesAtOnce, batch => RunBatch(sequences, plan.Rows(batch), receive), cancellationToken);
        }
        finally
        {
            _plans.Return(plan);
        }
    }

    /// <summary>Runs the graph into tensors that the caller allocated.</summary>
    /// <exception cref="ObjectDisposedException">The session has been disposed.</exception>
    /// <exception cref="BertMLNetException">The graph fails.</exception>
    public void Run(OrtValue[] inputs, OrtValue[] outputs)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _runs++;
        }
        OrtValue[] taken = inputs.Length == _inputNames.Length ? inputs : inputs[.._inputNames.Length];
        try
        {
            if (_turn is null)
            {
                _session.Run(runOptions: null, _inputNames, taken, _outputNames, outputs);
                return;
            }
            lock (_turn)
                _session.Run(runOptions: null, _inputNames, taken, _outputNames, outputs);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new BertMLNetException(
                $"{_path}: ONNX Runtime cannot run the graph: {exception.Message.ReplaceLineEndings(" ")}; "
                + "export it again, or lower the tokens of a batch if memory ran out.",
                exception);
        }
        finally
        {
            bool last;
            lock (_gate)
                last = --_runs == 0 && _disposed;
            if (last)
                _session.Dispose();
        }
    }

    /// <summary>The error that a run gave no numbers.</summary>
    public BertMLNetException NotFinite() =>
        new($"{_path}: a logit is not a number; the weights are damaged, or too large for the graph's precision: use the fp32 graph.");

    public void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            if (_runs > 0)
                return;
        }
        _session.Dispose();
    }

    private void RunBatch(TokenSequences sequences, ReadOnlySpan<int> rows, OutputReceiver receive)
    {
        BatchBuffers buffers = _buffers.Rent();
        try
        {
            buffers.Run(this, sequences, rows, receive);
        }
        finally
        {
            _buffers.Return(buffers);
        }
    }

    private static void CheckInputs(string path, IReadOnlyDictionary<string, NodeMetadata> inputs)
    {
        foreach (string name in InputNames)
        {
            bool there = inputs.TryGetValue(name, out NodeMetadata? input);
            if (!there && name == TensorNames.HuggingFace.TokenTypeIds)
                continue;
            if (!there)
                throw Unfed(path, $"has no input '{name}' (it has {List(inputs.Keys)})");
            if (input!.ElementDataType != TensorElementType.Int64 || input.Dimensions.Length != 2)
                throw Unfed(path, $"has an input '{name}' of type {Describe(input)} where int64 [batch, sequence] is expected");
        }
        if (inputs.Keys.Except(InputNames).FirstOrDefault() is { } unknown)
            throw Unfed(path, $"has an input '{unknown}' that a BERT scorer cannot feed");
    }

    private static void CheckOutput(string path, IReadOnlyDictionary<string, NodeMetadata> outputs, GraphOutput wanted)
    {
        if (!outputs.TryGetValue(wanted.Name, out NodeMetadata? output))
            throw Mismatch(path, $"has no output '{wanted.Name}' (it has {List(outputs.Keys)})");
        bool fits = output.ElementDataType == TensorElementType.Float
            && output.Dimensions.Length == wanted.Rank
            && (wanted.Width is null || output.Dimensions[^1] < 0 || output.Dimensions[^1] == wanted.Width);
        if (!fits)
            throw Mismatch(path, $"has an output '{wanted.Name}' of type {Describe(output)} where float {wanted} is expected");
    }

    private static BertMLNetException Unfed(string path, string what) => new(
        $"{path}: the graph {what}; export it with the inputs {string.Join(", ", InputNames)}, all int64 [batch, sequence].");

    private static BertMLNetException Mismatch(string path, string what) =>
        new($"{path}: the graph {what}; export it from the model folder's own weights and config.json.");

    private static string Describe(NodeMetadata node) =>
        $"{node.ElementDataType.ToString().ToLowerInvariant()} [{string.Join(", ", node.Dimensions)}]";

    private static string List(IEnumerable<string> names) => string.Join(", ", names.Order(StringComparer.Ordinal));
}
