using System.Buffers;
using System.Runtime.InteropServices;

namespace BertMLNet.Export;

/// <summary>A constant of a graph, whose elements are in memory or made when they are asked for.</summary>
internal sealed class Initializer
{
    private readonly ReadOnlyMemory<byte> _data;
    private readonly Action<Span<byte>>? _fill;

    /// <summary>Describes a constant in memory.</summary>
    /// <param name="value">Name, type and (fixed) shape.</param>
    /// <param name="data">The elements, row-major and little-endian, as ONNX's <c>raw_data</c>. The memory is not copied.</param>
    public Initializer(GraphValue value, ReadOnlyMemory<byte> data)
    {
        Value = value;
        Size = data.Length;
        _data = data;
    }

    internal Initializer(GraphValue value, long size, Action<Span<byte>> fill)
    {
        Value = value;
        Size = size;
        _fill = fill;
    }

    /// <summary>Name, type and (fixed) shape.</summary>
    public GraphValue Value { get; }

    /// <summary>The bytes of all elements.</summary>
    public long Size { get; }

    internal bool IsHeld => _fill is null;

    /// <summary>
    /// The elements, row-major and little-endian, as ONNX's <c>raw_data</c>: those in memory, or else made in <paramref name="buffer"/>,
    /// which has <see cref="Size"/> bytes or more.
    /// </summary>
    internal ReadOnlySpan<byte> Read(Span<byte> buffer)
    {
        if (_fill is null)
            return _data.Span;
        Span<byte> data = buffer[..(int)Size];
        _fill(data);
        return data;
    }
}

/// <summary>Shows an array of numbers as the memory of its bytes, without a copy.</summary>
internal sealed class MemoryCast<T>(T[] array) : MemoryManager<byte>
    where T : unmanaged
{
    public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(array.AsSpan());

    public override unsafe MemoryHandle Pin(int elementIndex = 0)
    {
        GCHandle handle = GCHandle.Alloc(array, GCHandleType.Pinned);
        return new MemoryHandle((byte*)handle.AddrOfPinnedObject() + elementIndex, handle, this);
    }

    public override void Unpin()
    {
        // MemoryHandle frees the GCHandle that Pin gave it.
    }

    protected override void Dispose(bool disposing)
    {
    }
}
