using System.Collections;

namespace Microsoft.ML.Data;

/// <summary>
/// A vector cell, dense or sparse. Its arrays are reused by the next call of the getter that filled it, so whoever
/// keeps a value copies it.
/// </summary>
public readonly struct VBuffer<T> : IEnumerable
{
    private readonly T[] _values;
    private readonly int[] _indices;
    private readonly int _count;

    public readonly int Length;

    public VBuffer(int length, T[] values, int[] indices = null)
        : this(length, length, values, indices)
    {
    }

    public VBuffer(int length, int count, T[] values, int[] indices)
    {
        Check.Parameter(length >= 0, nameof(length), "A length cannot be negative.");
        Check.Parameter(count >= 0 && count <= length, nameof(count), "The count must lie between 0 and the length.");
        Check.Parameter((values?.Length ?? 0) >= count, nameof(values), "There are fewer values than the count says.");
        Check.Parameter(count == length || (indices?.Length ?? 0) >= count, nameof(indices), "There are fewer indices than the count says.");
        Length = length;
        _count = count;
        _values = values;
        _indices = indices;
    }

    public bool IsDense => _count == Length;

    public ReadOnlySpan<T> GetValues() => _values.AsSpan(0, _count);

    public ReadOnlySpan<int> GetIndices() => IsDense ? default : _indices.AsSpan(0, _count);

    public void CopyToDense(ref VBuffer<T> destination)
    {
        var editor = VBufferEditor.Create(ref destination, Length);
        CopyTo(editor.Values);
        destination = editor.Commit();
    }

    public void CopyTo(ref VBuffer<T> destination)
    {
        var editor = VBufferEditor.Create(ref destination, Length, _count);
        GetValues().CopyTo(editor.Values);
        GetIndices().CopyTo(editor.Indices);
        destination = editor.Commit();
    }

    public void CopyTo(ref VBuffer<T> destination, int sourceIndex, int length)
    {
        Check.Parameter(sourceIndex >= 0 && sourceIndex <= Length, nameof(sourceIndex), "The start lies outside the vector.");
        Check.Parameter(length >= 0 && sourceIndex <= Length - length, nameof(length), "The end lies outside the vector.");
        if (IsDense)
        {
            var dense = VBufferEditor.Create(ref destination, length);
            _values.AsSpan(sourceIndex, length).CopyTo(dense.Values);
            destination = dense.Commit();
            return;
        }

        int first = FirstAtOrAfter(sourceIndex);
        int count = FirstAtOrAfter(sourceIndex + length) - first;
        var editor = VBufferEditor.Create(ref destination, length, count);
        _values.AsSpan(first, count).CopyTo(editor.Values);
        for (int i = 0; i < editor.Indices.Length; i++)
            editor.Indices[i] = _indices[first + i] - sourceIndex;
        destination = editor.Commit();
    }

    public void CopyTo(Span<T> destination) => CopyTo(destination, 0);

    public void CopyTo(Span<T> destination, int destinationIndex, T defaultValue = default)
    {
        Check.Parameter(destinationIndex >= 0 && destinationIndex <= destination.Length - Length, nameof(destinationIndex), "The destination is too short.");
        var slots = destination.Slice(destinationIndex, Length);
        if (IsDense)
        {
            GetValues().CopyTo(slots);
            return;
        }

        slots.Fill(defaultValue);
        for (int i = 0; i < _count; i++)
            slots[_indices[i]] = _values[i];
    }

    public static void Copy(T[] source, int sourceIndex, ref VBuffer<T> destination, int length)
    {
        int available = source?.Length ?? 0;
        Check.Parameter(length >= 0 && length <= available, nameof(length), "The end lies outside the array.");
        Check.Parameter(sourceIndex >= 0 && sourceIndex <= available - length, nameof(sourceIndex), "The start lies outside the array.");
        var editor = VBufferEditor.Create(ref destination, length);
        source.AsSpan(sourceIndex, length).CopyTo(editor.Values);
        destination = editor.Commit();
    }

    /// <summary>The slots with their indices: all of them, or only those that are stored.</summary>
    public IEnumerable<KeyValuePair<int, T>> Items(bool all = false)
    {
        int stored = 0;
        for (int slot = 0; slot < Length; slot++)
        {
            bool isStored = IsDense || (stored < _count && _indices[stored] == slot);
            if (isStored)
                yield return new KeyValuePair<int, T>(slot, _values[stored++]);
            else if (all)
                yield return new KeyValuePair<int, T>(slot, default);
            else if (stored < _count)
                slot = _indices[stored] - 1;
            else
                yield break;
        }
    }

    public IEnumerable<T> DenseValues() => Items(all: true).Select(item => item.Value);

    public void GetItemOrDefault(int index, ref T destination) => destination = GetItemOrDefault(index);

    public T GetItemOrDefault(int index)
    {
        Check.Parameter(index >= 0 && index < Length, nameof(index), "The index lies outside the vector.");
        if (IsDense)
            return _values[index];
        int stored = FirstAtOrAfter(index);
        return stored < _count && _indices[stored] == index ? _values[stored] : default;
    }

    public override string ToString()
        => IsDense ? $"Dense vector of size {Length}" : $"Sparse vector of size {Length}, {_count} explicit values";

    public IEnumerator GetEnumerator() => _values.GetEnumerator();

    internal VBufferEditor<T> Edit(int length, int count, int maxCapacity, bool keepOld, bool indicesOnDense)
    {
        bool needsIndices = count < length || indicesOnDense;
        var values = Reserve(_values, count, maxCapacity, keepOld);
        var indices = needsIndices ? Reserve(_indices, count, maxCapacity, keepOld) : _indices;
        return new VBufferEditor<T>(length, count, values, indices, needsIndices,
            createdNewValues: values != _values, createdNewIndices: indices != _indices);
    }

    internal int StoredCount => _count;

    private int FirstAtOrAfter(int slot)
    {
        int found = Array.BinarySearch(_indices ?? [], 0, _count, slot);
        return found < 0 ? ~found : found;
    }

    private static TItem[] Reserve<TItem>(TItem[] old, int size, int maxCapacity, bool keepOld)
    {
        if ((old?.Length ?? 0) >= size)
            return old;
        int capacity = (int)Math.Min(Math.Max(size, 2L * (old?.Length ?? 0)), Math.Max(size, maxCapacity));
        var array = new TItem[capacity];
        if (keepOld && old is not null)
            old.CopyTo(array, 0);
        return array;
    }
}
