using System.Buffers;

namespace BertMLNet;

/// <summary>Memory of the shared pool, given back when it is disposed of; what it holds at first is anything.</summary>
internal readonly struct Rented<T>(int length) : IDisposable
{
    private readonly T[] _array = ArrayPool<T>.Shared.Rent(length);

    public Memory<T> Memory => _array.AsMemory(0, length);

    public Span<T> Span => _array.AsSpan(0, length);

    public void Dispose() => ArrayPool<T>.Shared.Return(_array);
}
