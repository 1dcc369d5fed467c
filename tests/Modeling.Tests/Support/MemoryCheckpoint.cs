namespace BertMLNet.Modeling.Tests;

/// <summary>A checkpoint that holds given tensors in memory.</summary>
internal sealed class MemoryCheckpoint : ICheckpoint
{
    private readonly Dictionary<string, TensorInfo> _tensors = [];
    private readonly Dictionary<string, float[]> _values = [];

    public MemoryCheckpoint(ParameterSet parameters, Func<string, string>? rename = null)
    {
        foreach (ParameterSpec spec in parameters.Specs)
            Add(rename?.Invoke(spec.Name) ?? spec.Name, [.. spec.Shape.Select(size => (long)size)], parameters[spec.Name]);
    }

    public string Format => "memory";

    public string Path => "memory";

    public IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    public void Add(string name, long[] shape, float[] values)
    {
        _tensors.Add(name, new("F32", shape, values.Length * 4L));
        _values.Add(name, values);
    }

    public void Read(string name, Span<float> destination) => _values[name].CopyTo(destination);

    public void Dispose()
    {
    }
}
