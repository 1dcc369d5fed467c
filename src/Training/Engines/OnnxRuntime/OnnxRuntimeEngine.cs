using System.Numerics.Tensors;
using BertMLNet.Export;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using Microsoft.ML.OnnxRuntime;

namespace BertMLNet.Training;

/// <summary>How the ONNX Runtime engine runs.</summary>
public sealed record OnnxRuntimeEngineOptions : TrainingEngineOptions
{
    /// <summary>Threads inside an operator; the number of processors where it is null.</summary>
    public int? Threads { get; init; }

    /// <summary>The CUDA device to run on, which takes a build of ONNX Runtime that has CUDA; the CPU where it is null.</summary>
    public int? GpuDeviceId { get; init; }

    /// <summary>A last word on the session's options.</summary>
    public Action<SessionOptions>? ConfigureSession { get; init; }

    internal override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) =>
        new OnnxRuntimeEngine(parameters, optimizer, this);
}

/// <summary>
/// Trains with plain ONNX Runtime: one graph gives the loss and every gradient, one the logits; weights and gradients
/// lie in this process's memory, where <see cref="AdamWOptimizer"/> works on them.
/// </summary>
internal sealed class OnnxRuntimeEngine : ITrainingEngine
{
    private readonly ParameterSet _parameters;
    private readonly OnnxRuntimeEngineOptions _options;
    private readonly Lazy<TrainingGraph> _graph;
    private readonly AdamWOptimizer _optimizer;
    private readonly Dictionary<string, float[]> _gradients;
    private readonly Dictionary<string, long[]> _shapes;
    private readonly Dictionary<string, OrtValue> _tensors;
    private readonly Lazy<PackedSession> _trainingSession;
    private readonly Lazy<PackedSession> _evaluationSession;
    private readonly TensorBuffer<float> _rowGradients = new();
    private readonly float[] _loss = GC.AllocateArray<float>(1, pinned: true);
    private Dictionary<string, float[]>? _scratch;
    private bool _holdsGradients;

    /// <summary>Creates an engine that trains <paramref name="parameters"/> in place.</summary>
    /// <exception cref="BertMLNetException">ONNX Runtime's native library is not there.</exception>
    public OnnxRuntimeEngine(ParameterSet parameters, OptimizerOptions optimizer, OnnxRuntimeEngineOptions? options = null)
    {
        Sessions.RequireRuntime();
        _parameters = parameters;
        _options = options ?? new();
        // A head without a loss can be run, and not trained.
        _graph = new(() => TrainingGraph.Build(parameters.Config, parameters.Head, parameters.Specs));
        _gradients = TrainableSpecs().ToDictionary(spec => spec.Name, spec => new float[spec.Count]);
        _optimizer = new AdamWOptimizer(
            optimizer,
            TrainableSpecs().Select(spec => new OptimizedParameter(spec.Name, parameters[spec.Name], _gradients[spec.Name])));
        _shapes = parameters.Specs.ToDictionary(spec => spec.Name, spec => Array.ConvertAll(spec.Shape, size => (long)size));
        _tensors = parameters.Specs.ToDictionary(
            spec => spec.Name,
            spec => TensorBuffer<float>.Tensor(parameters[spec.Name], _shapes[spec.Name]));
        _trainingSession = new(
            () => new PackedSession(_graph.Value.Graph, _tensors, _graph.Value.Inputs, _graph.Value.DropoutMasks, _options));
        _evaluationSession = new(OpenEvaluationSession);
    }

    public string Description =>
        $"onnxruntime {OrtEnv.Instance().GetVersionString()} ({(_options.GpuDeviceId is { } device ? $"cuda:{device}" : "CPU")})";

    public IReadOnlyList<ParameterSpec> Parameters => _parameters.Specs;

    public float ForwardBackward(PackedBatch batch, float lossScale, ulong dropoutSeed, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        batch.CheckFits(_parameters.Config);
        var values = new BatchValues(batch, lossScale);
        PackedSession session = _trainingSession.Value;
        session.BindBatch(values);
        session.BindMasks(values, dropoutSeed);
        session.BindOutput(TrainingGraph.Loss, _loss);

        // The first micro-batch writes its gradients where they are held, the next ones beside them to be added.
        Dictionary<string, float[]> target = _holdsGradients ? _scratch ??= Scratch() : _gradients;
        foreach ((string parameter, string output) in _graph.Value.DenseGradients)
            session.BindOutput(output, target[parameter], _shapes[parameter]);

        long width = _parameters.Config.EmbeddingSize;
        long rowsSize = batch.TokenCount * width;
        Memory<float> rows = _rowGradients.Take(rowsSize * _graph.Value.RowGradients.Count);
        for (int i = 0; i < _graph.Value.RowGradients.Count; i++)
            session.BindOutput(
                _graph.Value.RowGradients[i].Output, rows.Slice((int)(i * rowsSize), (int)rowsSize), batch.TokenCount, width);

        session.Run();
        if (_holdsGradients)
        {
            Parallel.ForEach(
                _graph.Value.DenseGradients.Keys,
                parameter => TensorPrimitives.Add(_gradients[parameter], target[parameter], _gradients[parameter]));
        }
        _holdsGradients = true;
        for (int i = 0; i < _graph.Value.RowGradients.Count; i++)
        {
            RowGradientOutput output = _graph.Value.RowGradients[i];
            AddRows(
                session.Integers(output.Indices, batch.TokenCount),
                rows.Span.Slice((int)(i * rowsSize), (int)rowsSize),
                _gradients[output.Parameter],
                (int)width);
        }
        return _loss[0];
    }

    public IReadOnlyDictionary<string, float[]> Forward(PackedBatch batch, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        batch.CheckFits(_parameters.Config);
        PackedSession session = _evaluationSession.Value;
        var values = new BatchValues(batch, lossScale: 1f);
        session.BindBatch(values);
        var results = new Dictionary<string, float[]>();
        foreach (GraphValue output in session.Outputs)
        {
            long[] shape = values.ShapeOf(output);
            float[] result = results[output.Name] = new float[shape.Aggregate(1L, (product, size) => product * size)];
            session.BindOutput(output.Name, result, shape);
        }
        session.Run();
        return results;
    }

    public double Apply(ReadOnlySpan<float> learningRates, double clipNorm)
    {
        _holdsGradients = false;
        return _optimizer.Apply(learningRates, clipNorm);
    }

    public long OptimizerStep
    {
        get => _optimizer.Step;
        set => _optimizer.Step = value;
    }

    public void ReadParameter(string name, Span<float> destination) => _parameters[name].CopyTo(destination);

    public void WriteParameter(string name, ReadOnlySpan<float> source)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(source.Length, _parameters[name].Length, nameof(source));
        source.CopyTo(_parameters[name]);
    }

    public void ReadGradient(string name, Span<float> destination) => _gradients[name].CopyTo(destination);

    public void ReadOptimizerState(string name, Span<float> firstMoment, Span<float> secondMoment) =>
        _optimizer.ReadState(name, firstMoment, secondMoment);

    public void WriteOptimizerState(string name, ReadOnlySpan<float> firstMoment, ReadOnlySpan<float> secondMoment) =>
        _optimizer.WriteState(name, firstMoment, secondMoment);

    public void Dispose()
    {
        if (_trainingSession.IsValueCreated)
            _trainingSession.Value.Dispose();
        if (_evaluationSession.IsValueCreated)
            _evaluationSession.Value.Dispose();
        foreach (OrtValue tensor in _tensors.Values)
            tensor.Dispose();
        _tensors.Clear();
    }

    /// <summary>Adds each row to the table's row of its index; in the order given, so that sums repeat bit for bit.</summary>
    private static void AddRows(ReadOnlySpan<long> indices, ReadOnlySpan<float> rows, float[] table, int width)
    {
        for (int i = 0; i < indices.Length; i++)
        {
            Span<float> target = table.AsSpan((int)indices[i] * width, width);
            TensorPrimitives.Add(target, rows.Slice(i * width, width), target);
        }
    }

    private PackedSession OpenEvaluationSession()
    {
        var graph = new GraphBuilder();
        var bert = new PackedBert(graph, _parameters.Config, _parameters.Head, _parameters.Specs, training: false);
        foreach ((Branch branch, GraphValue result) in bert.Run(_parameters.Head))
        {
            foreach ((string name, GraphValue value) in bert.Outputs(branch, result))
                graph.Output(name, value);
        }
        return new PackedSession(graph, _tensors, bert.Inputs, [], _options);
    }

    private Dictionary<string, float[]> Scratch() =>
        _graph.Value.DenseGradients.Keys.ToDictionary(name => name, name => new float[_gradients[name].Length]);

    private IEnumerable<ParameterSpec> TrainableSpecs() => _parameters.Specs.Where(spec => spec.IsTrainable);
}
