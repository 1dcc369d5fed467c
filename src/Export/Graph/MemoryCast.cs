using System.Buffers;
using System.Runtime.InteropServices;

namespace BertMLNet.Export;

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
