using System.Runtime.InteropServices;
using BertMLNet.Modeling;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BertMLNet.Training;

/// <summary>
/// The training engine on TorchSharp: libtorch differentiates and updates, on CPU or CUDA. One thread uses it at a time.
/// </summary>
/// <remarks>
/// Dropout draws from libtorch's global generator, the only one that TorchSharp has for CUDA. Each call seeds it, and
/// engines on several threads take turns with it.
/// </remarks>
public sealed partial class TorchSharpEngine : ITrainingEngine
{
    private static readonly Lock GeneratorGate = new();

    private readonly BertConfig _config;
    private readonly Device _device;
    private readonly BertModule _model;
    private readonly Dictionary<string, Parameter> _parameters;
    private readonly TensorAdamW _optimizer;

    /// <summary>Puts a model on the device.</summary>
    /// <param name="weights">The model and its values, which are copied.</param>
    /// <param name="optimizer">AdamW's settings and groups. Parameters in no group, and those of groups scaled to 0, are frozen and get no gradients.</param>
    /// <param name="options">Device and precision; the CPU in single precision where null.</param>
    /// <exception cref="BertMLNetException">The device or libtorch is not there.</exception>
    public TorchSharpEngine(ParameterSet weights, OptimizerOptions optimizer, TorchSharpOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(optimizer);
        options ??= new();
        _config = weights.Config;
        _device = TorchDevice.Open(options.Device);
        Parameters = weights.Specs;
        Description = $"torchsharp {typeof(torch).Assembly.GetName().Version?.ToString(3)}, libtorch {__version__} ({options.Device}{(options.Bfloat16 ? ", bfloat16" : "")})";

        _model = new(_config, weights.Head, options.Bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32, _device);
        _parameters = _model.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter, StringComparer.Ordinal);
        var trained = optimizer.Groups.Where(group => group.LearningRateScale != 0).SelectMany(group => group.Parameters).ToHashSet(StringComparer.Ordinal);
        foreach (ParameterSpec spec in Parameters)
        {
            WriteParameter(spec.Name, weights[spec.Name]);
            _parameters[spec.Name].DetachFromDisposeScope().requires_grad = spec.IsTrainable && trained.Contains(spec.Name);
        }
        _optimizer = new(optimizer, _parameters);
    }

    /// <summary>What makes such engines: for <see cref="TrainingEnvironment.CreateEngine"/>, and for ML.NET's trainers.</summary>
    /// <param name="options">Device and precision; the CPU in single precision where null.</param>
    public static Func<ParameterSet, OptimizerOptions, ITrainingEngine> Factory(TorchSharpOptions? options = null) =>
        (weights, optimizer) => new TorchSharpEngine(weights, optimizer, options);

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <inheritdoc/>
    public float ForwardBackward(PackedBatch batch, float lossScale, ulong dropoutSeed, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        batch.CheckFits(_config);
        cancellationToken.ThrowIfCancellationRequested();
        using DisposeScope scope = NewDisposeScope();
        try
        {
            var input = new PackedTensors(batch, _device);
            _model.train();
            Tensor logits;
            lock (GeneratorGate)
            {
                Seed(dropoutSeed);
                logits = _model.call(input);
            }
            Tensor loss = Loss(logits, batch, input) * lossScale;
            loss.backward();
            return loss.item<float>();
        }
        catch (ExternalException exception)
        {
            throw Failed("run a step", exception);
        }
    }

    /// <inheritdoc/>
    public float[] Forward(PackedBatch batch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        batch.CheckFits(_config);
        cancellationToken.ThrowIfCancellationRequested();
        using DisposeScope scope = NewDisposeScope();
        using var noGradients = no_grad();
        _model.eval();
        try
        {
            Tensor logits = _model.call(new PackedTensors(batch, _device));
            var values = new float[logits.numel()];
            Read(logits, values);
            return values;
        }
        catch (ExternalException exception)
        {
            throw Failed("run a step", exception);
        }
    }

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizer.Dispose();
        _model.Dispose();
        foreach (Parameter parameter in _parameters.Values)
            parameter.Dispose();
    }

    /// <summary>An error of libtorch, whose first line says what happened; a trace through its sources follows.</summary>
    private static BertMLNetException Failed(string what, ExternalException exception) =>
        new($"training: libtorch cannot {what}: {exception.Message.ReplaceLineEndings("\n").Split('\n')[0].TrimEnd(' ', '.')}; if memory ran out, lower the option micro-batch-tokens.", exception);

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
