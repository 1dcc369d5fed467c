using System.Runtime.InteropServices;
using BertMLNet.Modeling;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BertMLNet.Training;

/// <summary>Where and how the TorchSharp engine computes.</summary>
public sealed record TorchSharpOptions : TrainingEngineOptions
{
    /// <summary>What to compute on.</summary>
    public ComputeDevice Device { get; init; } = ComputeDevice.Cpu;

    /// <summary>
    /// Computes matrix products in bfloat16; parameters, gradients, residual sums, normalisation, softmax and the loss
    /// stay in single precision. Meant for CUDA devices that have it in hardware.
    /// </summary>
    public bool Bfloat16 { get; init; }

    internal override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) =>
        new TorchSharpEngine(parameters, optimizer, this);
}

/// <summary>
/// The training engine on TorchSharp: libtorch differentiates and updates, on CPU or CUDA. One thread uses it at a time.
/// </summary>
/// <remarks>
/// Dropout draws from libtorch's global generator, the only one that TorchSharp has for CUDA. Each call seeds it, and
/// engines on several threads take turns with it.
/// </remarks>
internal sealed class TorchSharpEngine : ITrainingEngine
{
    private static readonly Lock GeneratorGate = new();

    private readonly BertConfig _config;
    private readonly Head _head;
    private readonly Device _device;
    private readonly TensorBert _model;
    private readonly Dictionary<string, Parameter> _parameters = [];
    private readonly TensorAdamW _optimizer;

    /// <summary>Puts a model on the device.</summary>
    /// <param name="weights">The model and its values, which are copied.</param>
    /// <param name="optimizer">
    /// AdamW's settings and groups. Parameters in no group, and those of groups scaled to 0, are frozen and get no gradients.
    /// </param>
    /// <param name="options">Device and precision; the CPU in single precision where null.</param>
    /// <exception cref="BertMLNetException">The device or libtorch is not there.</exception>
    public TorchSharpEngine(ParameterSet weights, OptimizerOptions optimizer, TorchSharpOptions? options = null)
    {
        options ??= new();
        _config = weights.Config;
        _head = weights.Head;
        _device = TorchDevice.Open(options.Device);
        Parameters = weights.Specs;
        Description = $"torchsharp {typeof(torch).Assembly.GetName().Version?.ToString(3)}, libtorch {__version__} "
            + $"({options.Device}{(options.Bfloat16 ? ", bfloat16" : "")})";

        HashSet<string> trained =
            [.. optimizer.Groups.Where(group => group.LearningRateScale != 0).SelectMany(group => group.Parameters)];
        foreach (ParameterSpec spec in Parameters)
        {
            var parameter = new Parameter(zeros([.. spec.Shape.Select(size => (long)size)], device: _device));
            parameter.DetachFromDisposeScope();
            Write(parameter, weights[spec.Name]);
            parameter.requires_grad = spec.IsTrainable && trained.Contains(spec.Name);
            _parameters.Add(spec.Name, parameter);
        }
        _model = new(_config, _head, options.Bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32, _parameters);
        _optimizer = new(optimizer, _parameters);
    }

    public string Description { get; }

    public IReadOnlyList<ParameterSpec> Parameters { get; }

    public float ForwardBackward(PackedBatch batch, float lossScale, ulong dropoutSeed, CancellationToken cancellationToken = default)
    {
        batch.CheckFits(_config);
        cancellationToken.ThrowIfCancellationRequested();
        using DisposeScope scope = NewDisposeScope();
        try
        {
            var input = new PackedTensors(batch, _device);
            IReadOnlyList<Tensor> results;
            lock (GeneratorGate)
            {
                Seed(dropoutSeed);
                results = _model.Run(input, training: true);
            }
            Tensor loss = lossScale * _head.Branches
                .Zip(results, (branch, result) => TensorLosses.Of(branch.Loss, result, batch, input))
                .Aggregate((sum, next) => sum + next);
            loss.backward();
            return loss.item<float>();
        }
        catch (ExternalException exception)
        {
            throw Failed("run a step", exception);
        }
    }

    public IReadOnlyDictionary<string, float[]> Forward(PackedBatch batch, CancellationToken cancellationToken = default)
    {
        batch.CheckFits(_config);
        cancellationToken.ThrowIfCancellationRequested();
        using DisposeScope scope = NewDisposeScope();
        using var noGradients = no_grad();
        try
        {
            IReadOnlyList<Tensor> results = _model.Run(new PackedTensors(batch, _device), training: false);
            var outputs = new Dictionary<string, float[]>();
            foreach ((Branch branch, Tensor result) in _head.Branches.Zip(results))
            {
                foreach ((int column, string name) in branch.Outputs.Index())
                {
                    Tensor output = branch.Outputs.Count == 1 ? result : result.select(-1, column);
                    Read(output, outputs[name] = new float[output.numel()]);
                }
            }
            return outputs;
        }
        catch (ExternalException exception)
        {
            throw Failed("run a step", exception);
        }
    }

    public double Apply(ReadOnlySpan<float> learningRates, double clipNorm)
    {
        try
        {
            return _optimizer.Apply(learningRates, clipNorm);
        }
        catch (ExternalException exception)
        {
            throw Failed("update the weights", exception);
        }
    }

    public long OptimizerStep
    {
        get => _optimizer.Step;
        set => _optimizer.Step = value;
    }

    public void ReadParameter(string name, Span<float> destination) => Read(Find(name), destination);

    public void WriteParameter(string name, ReadOnlySpan<float> source)
    {
        Parameter parameter = Find(name);
        ArgumentOutOfRangeException.ThrowIfNotEqual(source.Length, parameter.numel(), nameof(source));
        Write(parameter, source);
    }

    public void ReadGradient(string name, Span<float> destination)
    {
        using DisposeScope scope = NewDisposeScope();
        if (Find(name).grad is { } gradient)
            Read(gradient, destination);
        else
            destination.Clear();
    }

    public void ReadOptimizerState(string name, Span<float> firstMoment, Span<float> secondMoment)
    {
        if (_optimizer.State(name) is not var (first, second))
        {
            firstMoment.Clear();
            secondMoment.Clear();
            return;
        }
        Read(first, firstMoment);
        Read(second, secondMoment);
    }

    public void WriteOptimizerState(string name, ReadOnlySpan<float> firstMoment, ReadOnlySpan<float> secondMoment)
    {
        if (_optimizer.State(name) is not var (first, second))
            return;
        ArgumentOutOfRangeException.ThrowIfNotEqual(firstMoment.Length, first.numel(), nameof(firstMoment));
        ArgumentOutOfRangeException.ThrowIfNotEqual(secondMoment.Length, second.numel(), nameof(secondMoment));
        Write(first, firstMoment);
        Write(second, secondMoment);
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        foreach (Parameter parameter in _parameters.Values)
            parameter.Dispose();
    }

    private Parameter Find(string name) =>
        _parameters.TryGetValue(name, out Parameter? parameter)
            ? parameter
            : throw new KeyNotFoundException($"The model has no parameter '{name}'.");

    /// <summary>An error of libtorch, whose first line says what happened; a trace through its sources follows.</summary>
    private static BertMLNetException Failed(string what, ExternalException exception) =>
        new(
            $"training: libtorch cannot {what}: {exception.Message.ReplaceLineEndings("\n").Split('\n')[0].TrimEnd(' ', '.')}; "
            + "if memory ran out, lower the option micro-batch-tokens.",
            exception);

    private void Seed(ulong seed)
    {
        long value = unchecked((long)seed);
        if (_device.type == DeviceType.CUDA)
            cuda.manual_seed_all(value);
        else
            random.manual_seed(value).Dispose();
    }

    private static void Read(Tensor tensor, Span<float> destination)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor local = tensor.detach().cpu().contiguous();
        MemoryMarshal.Cast<byte, float>(local.bytes).CopyTo(destination);
    }

    private static void Write(Tensor tensor, ReadOnlySpan<float> source)
    {
        using DisposeScope scope = NewDisposeScope();
        using var noGradients = no_grad();
        Tensor local = empty(tensor.shape, ScalarType.Float32, device: CPU);
        source.CopyTo(MemoryMarshal.Cast<byte, float>(local.bytes));
        tensor.copy_(local);
    }
}
