using System.Buffers.Binary;
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
            RegularFile.Require(path);
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
        {
            throw new BertMLNetException(
                $"{Path}: {what} lies at bytes {offset} to {offset + destination.Length}, but the file has {Length}; "
                + "it is cut off or damaged.");
        }
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

    /// <summary>Hands a range of the file out, piece after piece.</summary>
    public void ForEach(long offset, long count, Action<ReadOnlySpan<byte>> take, string what) =>
        ForEachChunk(offset, count, what, default, (bytes, _, _) => take(bytes));

    private delegate void ChunkAction(ReadOnlySpan<byte> bytes, Span<float> values, long start);

    private void ForEachChunk(long offset, long count, string what, Span<float> values, ChunkAction action)
    {
        using var buffer = new Rented<byte>(ChunkBytes);
        for (long start = 0; start < count;)
        {
            Span<byte> chunk = buffer.Span[..(int)Math.Min(ChunkBytes, count - start)];
            Read(offset + start, chunk, what);
            action(chunk, values, start);
            start += chunk.Length;
        }
    }
}

/// <summary>A tensor that lies in one piece in a file.</summary>
internal sealed record FileTensor(TensorInfo Info, long Offset);

/// <summary>
/// The element types of tensors, by safetensors' names, and the floating-point ones' conversion from and to single precision.
/// </summary>
internal static class ElementTypes
{
    /// <summary>Bytes an element takes; 0 for a name that is not known.</summary>
    public static int SizeOf(string elementType) => elementType switch
    {
        "BOOL" or "U8" or "I8" or "F8_E5M2" or "F8_E4M3" => 1,
        "I16" or "U16" or "F16" or "BF16" => 2,
        "I32" or "U32" or "F32" => 4,
        "I64" or "U64" or "F64" => 8,
        _ => 0,
    };

    /// <summary>Whether <see cref="Widen"/> can read the type.</summary>
    public static bool IsFloatingPoint(string elementType) => elementType is "F32" or "F16" or "BF16" or "F64";

    /// <summary>Converts little-endian elements to single precision; the spans hold the same number of elements.</summary>
    public static void Widen(string elementType, ReadOnlySpan<byte> source, Span<float> destination)
    {
        switch (elementType)
        {
            case "F32":
                source.CopyTo(MemoryMarshal.AsBytes(destination));
                if (!BitConverter.IsLittleEndian)
                    ReverseEndianness(destination);
                break;
            case "F16":
                for (int i = 0; i < destination.Length; i++)
                    destination[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(source[(i * 2)..]);
                break;
            case "BF16":
                for (int i = 0; i < destination.Length; i++)
                    destination[i] = BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(source[(i * 2)..]) << 16);
                break;
            case "F64":
                for (int i = 0; i < destination.Length; i++)
                    destination[i] = (float)BinaryPrimitives.ReadDoubleLittleEndian(source[(i * 8)..]);
                break;
            default:
                throw new ArgumentException($"'{elementType}' is not a floating-point type.", nameof(elementType));
        }
    }

    /// <summary>Converts single-precision elements to F32, F16 or BF16, little-endian, rounding to the nearest even.</summary>
    public static void Narrow(string elementType, ReadOnlySpan<float> source, Span<byte> destination)
    {
        switch (elementType)
        {
            case "F32":
                MemoryMarshal.AsBytes(source).CopyTo(destination);
                if (!BitConverter.IsLittleEndian)
                    ReverseEndianness(MemoryMarshal.Cast<byte, float>(destination));
                break;
            case "F16":
                for (int i = 0; i < source.Length; i++)
                    BinaryPrimitives.WriteHalfLittleEndian(destination[(i * 2)..], (Half)source[i]);
                break;
            case "BF16":
                for (int i = 0; i < source.Length; i++)
                    BinaryPrimitives.WriteUInt16LittleEndian(destination[(i * 2)..], ToBrainFloat(source[i]));
                break;
            default:
                throw new ArgumentException($"Tensors are not written as '{elementType}'.", nameof(elementType));
        }
    }

    private static ushort ToBrainFloat(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value))
            return (ushort)((bits >> 16) | 0x40);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private static void ReverseEndianness(Span<float> values)
    {
        Span<int> bits = MemoryMarshal.Cast<float, int>(values);
        BinaryPrimitives.ReverseEndianness(bits, bits);
    }
}
