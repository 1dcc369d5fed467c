namespace BertMLNet;

/// <summary>
/// A scorer that all transformers of one estimator share, so that cross-validation or repeated fitting loads the model
/// once. It is opened with the first lease and disposed with the last.
/// </summary>
internal sealed class SharedScorer<T>(Func<T> open)
    where T : class, IDisposable
{
    private readonly Lock _gate = new();
    private T? _value;
    private int _leases;

    /// <summary>Takes part in the scorer, opening it where nobody has it open.</summary>
    public Lease Acquire()
    {
        lock (_gate)
        {
            _value ??= open();
            _leases++;
            return new Lease(this, _value);
        }
    }

    private void Release()
    {
        lock (_gate)
        {
            if (--_leases > 0)
                return;
            _value!.Dispose();
            _value = null;
        }
    }

    /// <summary>One user's part in the scorer.</summary>
    public sealed class Lease(SharedScorer<T> owner, T value) : IDisposable
    {
        private int _disposed;

        /// <summary>The scorer.</summary>
        /// <exception cref="ObjectDisposedException">The lease has been given back.</exception>
        public T Value
        {
            get
            {
                ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
                return value;
            }
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
                owner.Release();
        }
    }
}
