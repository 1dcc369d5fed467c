namespace Microsoft.ML.Data;

/// <summary>Writes into a vector cell's own arrays, which are replaced only when they are too short.</summary>
public readonly ref struct VBufferEditor<T>
{
    private readonly int _length;
    private readonly T[] _values;
    private readonly int[] _indices;

    public readonly Span<T> Values;

    public readonly Span<int> Indices;

    internal VBufferEditor(int length, int count, T[] values, int[] indices, bool hasIndices, bool createdNewValues, bool createdNewIndices)
    {
        _length = length;
        _values = values;
        _indices = indices;
        Values = values.AsSpan(0, count);
        Indices = hasIndices ? indices.AsSpan(0, count) : default;
        CreatedNewValues = createdNewValues;
        CreatedNewIndices = createdNewIndices;
    }

    public bool CreatedNewValues { get; }

    public bool CreatedNewIndices { get; }

    public VBuffer<T> Commit() => CommitTruncated(Values.Length);

    public VBuffer<T> CommitTruncated(int physicalValuesCount)
    {
        Check.Parameter(physicalValuesCount <= Values.Length, nameof(physicalValuesCount), "A vector cannot be truncated to more values than it has.");
        return new VBuffer<T>(_length, physicalValuesCount, _values, _indices);
    }
}
