using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BertMLNet.Training;

/// <summary>
/// AdamW on tensors wherever they are, with the rules of <see cref="AdamWOptimizer"/>: any epsilon, bias correction or
/// none, groups that a learning rate of 0 leaves untouched, a norm that is not finite skips the update.
/// </summary>
internal sealed class TensorAdamW : IDisposable
{
    private readonly OptimizerOptions _options;
    private readonly Dictionary<string, Slot> _slots = [];

    /// <summary>Makes zero moments for the parameters of all groups that require a gradient.</summary>
    public TensorAdamW(OptimizerOptions options, IReadOnlyDictionary<string, Parameter> parameters)
    {
        _options = options;
        using var noGradients = no_grad();
        for (int group = 0; group < options.Groups.Count; group++)
        {
            foreach (string name in options.Groups[group].Parameters)
            {
                if (!parameters.TryGetValue(name, out Parameter? parameter))
                    throw new ArgumentException($"Parameter group {group} names '{name}', which the model lacks.", nameof(options));
                if (parameter.requires_grad && !_slots.TryAdd(name, new(parameter, group)))
                    throw new ArgumentException($"'{name}' is in two parameter groups.", nameof(options));
            }
        }
    }

    public long Step { get; set; }

    /// <summary>See <see cref="ITrainingEngine.Apply"/>.</summary>
    public double Apply(ReadOnlySpan<float> learningRates, double clipNorm)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(learningRates.Length, _options.Groups.Count, nameof(learningRates));
        using DisposeScope scope = NewDisposeScope();
        using var noGradients = no_grad();
        var learning = new List<(Slot Slot, Tensor Gradient)>();
        foreach (Slot slot in _slots.Values)
        {
            if (learningRates[slot.Group] != 0 && slot.Parameter.grad is { } gradient)
                learning.Add((slot, gradient));
        }
        if (learning.Count == 0)
        {
            ClearGradients();
            return 0;
        }

        double norm = stack(learning.Select(entry => entry.Gradient.norm())).norm().item<float>();
        if (double.IsFinite(norm))
        {
            Step++;
            double scale = GradientNorm.ClipScale(norm, clipNorm);
            foreach ((Slot slot, Tensor gradient) in learning)
                Update(slot, gradient, learningRates[slot.Group], scale);
        }
        ClearGradients();
        return norm;
    }

    /// <summary>The moments of a parameter; null for one that is not trained.</summary>
    public (Tensor First, Tensor Second)? State(string name) =>
        _slots.TryGetValue(name, out Slot? slot) ? (slot.First, slot.Second) : null;

    public void Dispose()
    {
        foreach (Slot slot in _slots.Values)
        {
            slot.First.Dispose();
            slot.Second.Dispose();
        }
    }

    private void Update(Slot slot, Tensor gradient, double learningRate, double gradientScale)
    {
        using DisposeScope scope = NewDisposeScope();
        double beta1 = _options.Adam.Beta1, beta2 = _options.Adam.Beta2;
        double correction1 = _options.Adam.BiasCorrection ? 1 - Math.Pow(beta1, Step) : 1;
        double correction2 = _options.Adam.BiasCorrection ? 1 - Math.Pow(beta2, Step) : 1;
        slot.First.mul_(beta1).add_(gradient, (1 - beta1) * gradientScale);
        slot.Second.mul_(beta2).addcmul_(gradient, gradient, (1 - beta2) * gradientScale * gradientScale);
        Tensor root = slot.Second.sqrt().mul_(1 / Math.Sqrt(correction2)).add_(_options.Adam.Epsilon);
        slot.Parameter.mul_(1 - learningRate * _options.Groups[slot.Group].WeightDecay);
        slot.Parameter.addcdiv_(slot.First, root, -learningRate / correction1);
    }

    private void ClearGradients()
    {
        foreach (Slot slot in _slots.Values)
            slot.Parameter.grad?.zero_();
    }

    private sealed class Slot(Parameter parameter, int group)
    {
        public Parameter Parameter { get; } = parameter;

        public int Group { get; } = group;

        public Tensor First { get; } = zeros_like(parameter).DetachFromDisposeScope();

        public Tensor Second { get; } = zeros_like(parameter).DetachFromDisposeScope();
    }
}
