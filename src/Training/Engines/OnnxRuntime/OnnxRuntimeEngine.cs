using System.Numerics.Tensors;
using BertMLNet.Export;
using BertMLNet.Modeling;
using Microsoft.ML.OnnxRuntime;

namespace BertMLNet.Training;

/// <summary>
/// Trains with plain ONNX Runtime: one graph gives the loss and every gradient, one the logits; weights and gradients
/// lie in this process's memory, where <see cref="AdamWOptimizer"/> works on them.
/// </summary>
public sealed partial class OnnxRuntimeEngine : ITrainingEngine
{
    private readonly ParameterSet _parameters;
    private readonly OnnxRuntimeEngineOptions _options;
    private readonly TrainingGraph _graph;
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
        ArgumentNullException.ThrowIfNull(parameters);
        NativeRuntime.Require();
        _parameters = parameters;
        _options = options ?? new();
        _graph = TrainingGraph.Build(parameters.Config, parameters.Head, parameters.Specs);
        _gradients = TrainableSpecs().ToDictionary(spec => spec.Name, spec => new float[spec.Count]);
        _optimizer = new AdamWOptimizer(
            optimizer,
            TrainableSpecs().Select(spec => new OptimizedParameter(spec.Name, parameters[spec.Name], _gradients[spec.Name])));
        _shapes = parameters.Specs.ToDictionary(spec => spec.Name, spec => Array.ConvertAll(spec.Shape, size => (long)size));
        _tensors = parameters.Specs.ToDictionary(
            spec => spec.Name,
            spec => TensorBuffer<float>.Tensor(parameters[spec.Name], _shapes[spec.Name]));
        _trainingSession = new(() => new PackedSession(_graph.Graph, _tensors, _graph.DropoutMasks, _options));
        _evaluationSession = new(OpenEvaluationSession);
    }

    /// <inheritdoc/>
    public string Description => $"onnxruntime {OrtEnv.Instance().GetVersionString()} ({(_options.GpuDeviceId is { } device ? $"cuda:{device}" : "CPU")})";

    /// <inheritdoc/>
    public IReadOnlyList<ParameterSpec> Parameters => _parameters.Specs;

    /// <inheritdoc/>
    public float ForwardBackward(PackedBatch batch, float lossScale, ulong dropoutSeed, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        batch.CheckFits(_parameters.Config);
        PackedBatchInputs values = ValuesOf(batch, lossScale);
        PackedSession session = _trainingSession.Value;
        session.BindBatch(values);
        session.BindMasks(values, dropoutSeed);
        session.BindOutput(TrainingGraph.Loss, _loss);

        // The first micro-batch writes its gradients where they are held, the next ones beside them to be added.
        Dictionary<string, float[]> target = _holdsGradients ? _scratch ??= Scratch() : _gradients;
        foreach ((string parameter, string output) in _graph.DenseGradients)
            session.BindOutput(output, target[parameter], _shapes[parameter]);

        long width = _parameters.Config.HiddenSize;
        long rowsSize = batch.TokenCount * width;
        Memory<float> rows = _rowGradients.Take(rowsSize * _graph.RowGradients.Count);
        for (int i = 0; i < _graph.RowGradients.Count; i++)
            session.BindOutput(_graph.RowGradients[i].Output, rows.Slice((int)(i * rowsSize), (int)rowsSize), batch.TokenCount, width);

        session.Run();
        if (_holdsGradients)
        {
            Parallel.ForEach(
                _graph.DenseGradients.Keys,
                parameter => TensorPrimitives.Add(_gradients[parameter], target[parameter], _gradients[parameter]));
        }
        _holdsGradients = true;
        for (int i = 0; i < _graph.RowGradients.Count; i++)
        {
            RowGradientOutput output = _graph.RowGradients[i];
            AddRows(
                session.Integers(output.IndicesInput, batch.TokenCount),
                rows.Span.Slice((int)(i * rowsSize), (int)rowsSize),
                _gradients[output.Parameter],
                (int)width);
        }
        return _loss[0];
    }

    /// <inheritdoc/>
    public float[] Forward(PackedBatch batch, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        batch.CheckFits(_parameters.Config);
        PackedSession session = _evaluationSession.Value;
        PackedBatchInputs values = ValuesOf(batch, lossScale: 1f);
        session.BindBatch(values);
        (long Rows, long Columns) shape = _parameters.Head switch
        {
            TaskHead.PairClassification => ((long)batch.ExampleCount, (long)_parameters.Config.NumLabels),
            TaskHead.QuestionAnswering => ((long)batch.TokenCount, 2L),
            _ => (values.SizeOf(PackedInputs.Masked), (long)_parameters.Config.VocabSize),
        };
        long elements = shape.Rows * shape.Columns;
        long sentences = _parameters.Head == TaskHead.PreTraining ? batch.ExampleCount : 0;
        float[] logits = new float[elements + 2 * sentences];
        session.BindOutput(HeadLoss.Logits, logits.AsMemory(0, (int)elements), shape.Rows, shape.Columns);
        if (sentences > 0)
            session.BindOutput(HeadLoss.SentenceLogits, logits.AsMemory((int)elements), sentences, 2);
        session.Run();
        return logits;
    }

    /// <inheritdoc/>
    public double Apply(ReadOnlySpan<float> learningRates, double clipNorm)
    {
        _holdsGradients = false;
        return _optimizer.Apply(learningRates, clipNorm);
    }

    /// <inheritdoc/>
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
        var bert = new PackedBert(graph, _parameters.Config, _parameters.Specs, training: false);
        HeadLoss.WriteLogits(graph, bert, _parameters.Head);
        return new PackedSession(graph, _tensors, [], _options);
    }

    private PackedBatchInputs ValuesOf(PackedBatch batch, float lossScale) =>
        new(batch, _parameters.Config.NumAttentionHeads, _parameters.Head == TaskHead.PreTraining ? 2 : _parameters.Config.NumLabels, lossScale);

    private Dictionary<string, float[]> Scratch() =>
        _graph.DenseGradients.Keys.ToDictionary(name => name, name => new float[_gradients[name].Length]);

    private IEnumerable<ParameterSpec> TrainableSpecs() => _parameters.Specs.Where(spec => spec.IsTrainable);
}
