using BertMLNet.Modeling;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace BertMLNet.Scoring;

/// <summary>
/// An open graph that many threads run at once, or one after another where the execution provider asks for it. Disposed while runs are under way, it refuses new ones and releases its
/// native memory when the last one ends.
/// </summary>
internal sealed class GraphSession : IDisposable
{
    /// <summary>The inputs, all int64 [batch, sequence], in the order that <see cref="Run"/> takes them.</summary>
    public static readonly string[] InputNames = [TensorNames.HuggingFace.InputIds, TensorNames.HuggingFace.AttentionMask, TensorNames.HuggingFace.TokenTypeIds];

    private readonly string _path;
    private readonly InferenceSession _session;
    private readonly string[] _outputNames;
    private readonly Lock _gate = new();
    private readonly Lock? _turn;
    private int _runs;
    private bool _disposed;

    private GraphSession(string path, InferenceSession session, string[] outputNames, ScoringOptions options)
    {
        _path = path;
        _session = session;
        _outputNames = outputNames;
        Options = options;
        _turn = options.RunsOneByOne ? new Lock() : null;
    }

    /// <summary>The options that the session was opened with: those for the CPU after a fallback.</summary>
    public ScoringOptions Options { get; }

    /// <summary>Opens a model folder's graph and checks its inputs and outputs by name, type and shape.</summary>
    /// <exception cref="BertMLNetException">The graph cannot be loaded, or it is not what the model folder promises.</exception>
    public static GraphSession Open(ModelFolder folder, IReadOnlyList<GraphOutput> outputs, ScoringOptions options)
    {
        (InferenceSession session, string path, ScoringOptions opened) = Sessions.Open(folder, options);
        return Over(session, path, outputs, opened);
    }

    /// <summary>Takes over a session that is open, and checks it likewise.</summary>
    /// <exception cref="BertMLNetException">The graph is not what the model folder promises.</exception>
    internal static GraphSession Over(InferenceSession session, string path, IReadOnlyList<GraphOutput> outputs, ScoringOptions options)
    {
        try
        {
            CheckInputs(path, session.InputMetadata);
            foreach (GraphOutput output in outputs)
                CheckOutput(path, session.OutputMetadata, output);
            return new GraphSession(path, session, [.. outputs.Select(output => output.Name)], options);
        }
        catch
        {
            session.Dispose();
            throw;
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
        try
        {
            if (_turn is null)
            {
                _session.Run(runOptions: null, InputNames, inputs, _outputNames, outputs);
                return;
            }
            lock (_turn)
                _session.Run(runOptions: null, InputNames, inputs, _outputNames, outputs);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new BertMLNetException(
                $"{_path}: ONNX Runtime cannot run the graph: {exception.Message.ReplaceLineEndings(" ")}; export it again, or lower the tokens of a batch if memory ran out.", exception);
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

    /// <summary>Throws where the session has been disposed.</summary>
    public void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);

    /// <inheritdoc/>
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

    private static void CheckInputs(string path, IReadOnlyDictionary<string, NodeMetadata> inputs)
    {
        foreach (string name in InputNames)
        {
            if (!inputs.TryGetValue(name, out NodeMetadata? input))
                throw Mismatch(path, $"has no input '{name}' (it has {List(inputs.Keys)})");
            if (input.ElementDataType != TensorElementType.Int64 || input.Dimensions.Length != 2)
                throw Mismatch(path, $"has an input '{name}' of type {Describe(input)} where int64 [batch, sequence] is expected");
        }
        if (inputs.Keys.Except(InputNames).FirstOrDefault() is { } unknown)
            throw Mismatch(path, $"has an input '{unknown}' that a BERT scorer cannot feed");
    }

    private static void CheckOutput(string path, IReadOnlyDictionary<string, NodeMetadata> outputs, GraphOutput expected)
    {
        if (!outputs.TryGetValue(expected.Name, out NodeMetadata? output))
            throw Mismatch(path, $"has no output '{expected.Name}' (it has {List(outputs.Keys)})");
        bool fits = output.ElementDataType == TensorElementType.Float
            && output.Dimensions.Length == 2
            && (expected.Width is not { } width || output.Dimensions[1] < 0 || output.Dimensions[1] == width);
        if (!fits)
        {
            string shape = expected.Width is { } wide ? $"[batch, {wide}]" : "[batch, sequence]";
            throw Mismatch(path, $"has an output '{expected.Name}' of type {Describe(output)} where float {shape} is expected");
        }
    }

    private static BertMLNetException Mismatch(string path, string what) =>
        new($"{path}: the graph {what}; export it from the model folder's own weights and config.json.");

    private static string Describe(NodeMetadata node) =>
        $"{node.ElementDataType.ToString().ToLowerInvariant()} [{string.Join(", ", node.Dimensions)}]";

    private static string List(IEnumerable<string> names) => string.Join(", ", names.Order(StringComparer.Ordinal));
}
