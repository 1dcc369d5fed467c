using BertMLNet.Export;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using Microsoft.ML.OnnxRuntime;

namespace BertMLNet.Training;

/// <summary>A packed graph in an ONNX Runtime session, with the memory of the inputs that change from batch to batch.</summary>
internal sealed class PackedSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _runOptions = new();
    private readonly IReadOnlyDictionary<string, OrtValue> _parameters;
    private readonly bool _copiesParameters;
    private readonly IReadOnlyList<DropoutMask> _masks;
    private readonly TensorBuffer<float>[] _maskBuffers;
    private readonly PackedInput[] _inputs;
    private readonly List<OrtValue> _bound = [];

    /// <summary>Opens the session; the parameters' tensors stay bound for its life.</summary>
    public PackedSession(
        GraphBuilder graph,
        IReadOnlyDictionary<string, OrtValue> parameters,
        PackedInputs inputs,
        IReadOnlyList<DropoutMask> masks,
        OnnxRuntimeEngineOptions options)
    {
        _masks = masks;
        Outputs = graph.Outputs;
        _maskBuffers = [.. masks.Select(_ => new TensorBuffer<float>())];
        _inputs = [.. inputs.All];
        using SessionOptions session = Sessions.Options();
        session.IntraOpNumThreads = options.Threads ?? Environment.ProcessorCount;
        session.GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL;
        // Every batch has shapes of its own: a memory plan for each would only pile up.
        session.EnableMemoryPattern = false;
        if (options.GpuDeviceId is { } device)
            AppendCuda(session, device);
        // Between runs the processors belong to the masks and the optimizer.
        session.AddSessionConfigEntry("session.force_spinning_stop", "1");
        options.ConfigureSession?.Invoke(session);
        try
        {
            _session = Sessions.Open(OnnxModelWriter.ToBytes(graph), session);
        }
        catch (OnnxRuntimeException exception)
        {
            throw Failed("open the training graph", exception);
        }
        _binding = _session.CreateIoBinding();
        _parameters = parameters;
        _copiesParameters = options.GpuDeviceId is not null;
        BindParameters();
    }

    /// <summary>The graph's outputs.</summary>
    public IReadOnlyList<GraphValue> Outputs { get; }

    /// <summary>Fills and binds every input that depends on the batch.</summary>
    public void BindBatch(BatchValues batch)
    {
        foreach (PackedInput input in _inputs)
            Bind(input.Value.Name, input.Write(batch));
    }

    /// <summary>Draws and binds dropout masks.</summary>
    public void BindMasks(BatchValues batch, ulong seed)
    {
        for (int i = 0; i < _masks.Count; i++)
        {
            long[] shape = batch.ShapeOf(_masks[i].Value);
            Memory<float> memory = _maskBuffers[i].Take(shape);
            DropoutGenerator.Fill(memory, _masks[i].Rate, seed, i);
            Bind(_masks[i].Value.Name, TensorBuffer<float>.Tensor(memory, shape));
        }
    }

    /// <summary>Lets the next run write an output to the caller's memory.</summary>
    public void BindOutput(string output, Memory<float> memory, params long[] shape)
    {
        OrtValue tensor = TensorBuffer<float>.Tensor(memory, shape);
        _bound.Add(tensor);
        _binding.BindOutput(output, tensor);
    }

    /// <summary>The elements that the last bound batch gave an integer input.</summary>
    public ReadOnlySpan<long> Integers(GraphValue input, long count) =>
        _inputs.OfType<PackedInput<long>>().First(candidate => candidate.Value == input).Read(count);

    /// <summary>Runs the graph once and lets go of what was bound for it alone.</summary>
    public void Run()
    {
        // On a GPU a binding holds a copy, made when it was bound, of memory that the optimizer has written to since.
        if (_copiesParameters)
            BindParameters();
        try
        {
            _session.RunWithBinding(_runOptions, _binding);
        }
        catch (OnnxRuntimeException exception)
        {
            throw Failed("run a step", exception);
        }
        finally
        {
            _binding.ClearBoundOutputs();
            foreach (OrtValue tensor in _bound)
                tensor.Dispose();
            _bound.Clear();
        }
    }

    public void Dispose()
    {
        _binding.Dispose();
        _runOptions.Dispose();
        _session.Dispose();
    }

    private static BertMLNetException Failed(string what, OnnxRuntimeException exception) =>
        new(
            $"training: ONNX Runtime cannot {what}: {Sessions.FirstLine(exception.Message)}; "
            + "if memory ran out, lower the option micro-batch-tokens.",
            exception);

    private static void AppendCuda(SessionOptions session, int device)
    {
        try
        {
            Sessions.AppendCuda(session, device, settings: null);
        }
        catch (Exception exception) when (Sessions.IsProviderFailure(exception))
        {
            throw new BertMLNetException(
                $"device 'cuda:{device}': ONNX Runtime cannot use it: {Sessions.FirstLine(exception.Message)}; "
                + "take its build with CUDA (the package Microsoft.ML.OnnxRuntime.Gpu, or -p:UseGpu=true from a clone), "
                + "or train on the CPU.",
                exception);
        }
    }

    private void BindParameters()
    {
        foreach ((string name, OrtValue tensor) in _parameters)
            _binding.BindInput(name, tensor);
    }

    private void Bind(string input, OrtValue tensor)
    {
        _bound.Add(tensor);
        _binding.BindInput(input, tensor);
    }
}

/// <summary>
/// Pinned memory that grows to the largest tensor seen and is lent to ONNX Runtime call by call, so that steps allocate nothing
/// large.
/// </summary>
internal sealed class TensorBuffer<T>
    where T : unmanaged
{
    private T[] _memory = [];

    /// <summary>The memory of a tensor of the given shape; what it held is gone.</summary>
    public Memory<T> Take(params ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long size in shape)
            count = checked(count * size);
        if (_memory.Length < count)
            _memory = GC.AllocateUninitializedArray<T>(checked((int)(count + count / 4)), pinned: true);
        return _memory.AsMemory(0, (int)count);
    }

    /// <summary>What the last <see cref="Take"/> gave, <paramref name="count"/> elements of it.</summary>
    public ReadOnlySpan<T> Read(long count) => _memory.AsSpan(0, (int)count);

    /// <summary>Shows memory to ONNX Runtime as a tensor.</summary>
    public static OrtValue Tensor(Memory<T> memory, long[] shape) =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory, shape);
}
