using System.Globalization;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>What an engine computes on: the CPU, or a CUDA device.</summary>
/// <param name="CudaIndex">The CUDA device's number, counted from 0; null for the CPU.</param>
public readonly record struct ComputeDevice(int? CudaIndex)
{
    /// <summary>The CPU.</summary>
    public static ComputeDevice Cpu { get; } = new(CudaIndex: null);

    /// <summary>Reads <c>cpu</c>, <c>cuda</c> (the first CUDA device) or <c>cuda:N</c>.</summary>
    /// <exception cref="BertMLNetException">The name is not a device's.</exception>
    public static ComputeDevice Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name switch
        {
            "cpu" => Cpu,
            "cuda" => new(0),
            _ when name.StartsWith("cuda:", StringComparison.Ordinal)
                && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int index) => new(index),
            _ => throw new BertMLNetException($"device '{name}' is not known; expected 'cpu', 'cuda' or 'cuda:N', for example 'cuda:0'."),
        };
    }

    /// <summary>The name that <see cref="Parse"/> reads.</summary>
    public override string ToString() => CudaIndex is { } index ? string.Create(CultureInfo.InvariantCulture, $"cuda:{index}") : "cpu";
}
