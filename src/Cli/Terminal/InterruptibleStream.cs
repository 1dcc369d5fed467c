using System.Runtime.ExceptionServices;

namespace BertMLNet.Cli;

/// <summary>
/// A stream whose other end may keep it waiting, as a pipe's or a terminal's: a wait ends when the command is to stop, whatever the
/// system's own call is waiting for, which stays behind on a thread that no process waits for.
/// </summary>
internal sealed class InterruptibleStream(Stream inner, CancellationToken interrupt) : Stream
{
    /// <summary>What is written after the signal has so long to be taken.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _asked = new(0);
    private readonly SemaphoreSlim _answered = new(0);
    private Thread? _thread;
    private Func<int>? _work;
    private int _result;
    private ExceptionDispatchInfo? _error;
    private byte[] _buffer = [];
    private volatile bool _stuck;

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => false;

    public override bool CanWrite => inner.CanWrite;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Does what may wait for somebody else, such as opening a named pipe.</summary>
    /// <exception cref="OperationCanceledException">The command is to stop.</exception>
    public static T Wait<T>(Func<T> work, CancellationToken interrupt)
    {
        Task<T> task = Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Task.WaitAny([task], interrupt);
        return task.GetAwaiter().GetResult();
    }

    public override int Read(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, 1 << 16);
        // The system's call must not write into a buffer that its owner has taken back.
        if (_buffer.Length < count)
            _buffer = new byte[count];
        byte[] own = _buffer;
        int read = Do(() => inner.Read(own, 0, count), TimeSpan.Zero);
        own.AsSpan(0, read).CopyTo(buffer);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        byte[] own = buffer.ToArray();
        Do(
            () =>
            {
                inner.Write(own);
                return 0;
            },
            Grace);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => Do(
        () =>
        {
            inner.Flush();
            return 0;
        },
        Grace);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_stuck)
        {
            if (_thread is not null)
            {
                _work = null;
                _asked.Release();
            }
            inner.Dispose();
        }
        base.Dispose(disposing);
    }

    private int Do(Func<int> work, TimeSpan grace)
    {
        if (_stuck)
            throw new OperationCanceledException(interrupt);
        if (_thread is null)
        {
            _thread = new Thread(Serve) { IsBackground = true, Name = "stream" };
            _thread.Start();
        }
        _work = work;
        _asked.Release();
        try
        {
            _answered.Wait(interrupt);
        }
        catch (OperationCanceledException)
        {
            if (!_answered.Wait(grace))
            {
                _stuck = true;
                throw;
            }
        }
        _error?.Throw();
        return _result;
    }

    private void Serve()
    {
        while (true)
        {
            _asked.Wait();
            if (_work is not { } work)
                return;
            _error = null;
            try
            {
                _result = work();
            }
            catch (Exception exception)
            {
                _error = ExceptionDispatchInfo.Capture(exception);
            }
            _answered.Release();
        }
    }
}
