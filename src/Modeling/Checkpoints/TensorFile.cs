using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace BertMLNet.Modeling;

/// <summary>
/// A file that tensors are read from by position. Positions are checked against the file's size before anything is read,
/// and single-precision tensors go straight into the caller's memory.
/// </summary>
internal sealed class TensorFile : IDisposable
{
    private const int ChunkBytes = 1 << 20;
    private readonly SafeFileHandle _handle;

    /// <summary>Opens the file for reading.</summary>
    /// <exception cref="BertMLNetException">The file is missing or cannot be opened.</exception>
    public TensorFile(string path)
    {
        Path = path;
        try
        {
            // A model may be saved over the one it was read from.
            _handle = File.OpenHandle(path, share: FileShare.Read | FileShare.Delete);
            Length = RandomAccess.GetLength(_handle);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BertMLNetException($"{path}: no such file.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            _handle?.Dispose();
            throw new BertMLNetException($"{path}: cannot be read: {exception.Message}", exception);
        }
    }

    public string Path { get; }

    public long Length { get; }

    public void Dispose() => _handle.Dispose();

    /// <summary>Fills <paramref name="destination"/>; <paramref name="what"/> names the part of the file in an error.</summary>
    public void Read(long offset, Span<byte> destination, string what)
    {
        if (offset < 0 || offset > Length - destination.Length)
            throw new BertMLNetException($"{Path}: {what} lies at bytes {offset} to {offset + destination.Length}, but the file has {Length}; it is cut off or damaged.");
        try
        {
            while (!destination.IsEmpty)
            {
                int read = RandomAccess.Read(_handle, destination, offset);
                if (read == 0)
                    throw new BertMLNetException($"{Path}: the file ended while {what} was read.");
                destination = destination[read..];
                offset += read;
            }
        }
        catch (IOException exception)
        {
            throw new BertMLNetException($"{Path}: cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Reads consecutive floating-point elements, widened to single precision.</summary>
    public void ReadFloats(long offset, string elementType, Span<float> destination, string what)
    {
        if (string.Equals(elementType, "F32") && BitConverter.IsLittleEndian)
        {
            // A span of bytes counts to 2^31: larger tensors come in pieces.
            const int Most = 1 << 28;
            for (int start = 0; start < destination.Length; start += Most)
            {
                Span<float> part = destination.Slice(start, Math.Min(Most, destination.Length - start));
                Read(offset + start * 4L, MemoryMarshal.AsBytes(part), what);
            }
            return;
        }
        int size = ElementTypes.SizeOf(elementType);
        ForEachChunk(offset, (long)destination.Length * size, what, destination, (bytes, values, start) =>
            ElementTypes.Widen(elementType, bytes, values.Slice((int)(start / size), bytes.Length / size)));
    }

    /// <summary>Continues a checksum over a range of the file.</summary>
    public uint Checksum(long offset, long count, uint state, ChecksumStep step, string what)
    {
        uint result = state;
        ForEachChunk(offset, count, what, default, (bytes, _, _) => result = step(result, bytes));
        return result;
    }

    public delegate uint ChecksumStep(uint state, ReadOnlySpan<byte> bytes);

    private delegate void ChunkAction(ReadOnlySpan<byte> bytes, Span<float> values, long start);

    private void ForEachChunk(long offset, long count, string what, Span<float> values, ChunkAction action)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            for (long start = 0; start < count;)
            {
                Span<byte> chunk = buffer.AsSpan(0, (int)Math.Min(ChunkBytes, count - start));
                Read(offset + start, chunk, what);
                action(chunk, values, start);
                start += chunk.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
