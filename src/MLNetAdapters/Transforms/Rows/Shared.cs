namespace BertMLNet;

/// <summary>
/// Something that several transformers share, such as the open model of one estimator's, which cross-validation or repeated
/// fitting then loads once. It is opened with the first lease and disposed with the last.
/// </summary>
internal sealed class Shared<T>(Func<T> open)
    where T : class, IDisposable
{
    private readonly Lock _gate = new();
    private T? _value;
    private int _leases;

    /// <summary>Takes part in it, opening it where nobody has it open.</summary>
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

    /// <summary>One user's part in it.</summary>
    public sealed class Lease(Shared<T> owner, T value) : IDisposable
    {
        private int _disposed;

        /// <summary>Whether the lease has been given back.</summary>
        public bool IsDisposed => Volatile.Read(ref _disposed) != 0;

        /// <summary>What is shared.</summary>
        /// <exception cref="ObjectDisposedException">The lease has been given back.</exception>
        public T Value
        {
            get
            {
                ObjectDisposedException.ThrowIf(IsDisposed, this);
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
