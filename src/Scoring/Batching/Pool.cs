using System.Collections.Concurrent;

namespace BertMLNet.Scoring;

/// <summary>Objects with buffers worth keeping; as many exist as were ever used at once.</summary>
internal sealed class Pool<T>(Func<T> create)
{
    private readonly ConcurrentBag<T> _idle = [];

    public T Rent() => _idle.TryTake(out T? item) ? item : create();

    public void Return(T item) => _idle.Add(item);
}
