using System.Buffers.Binary;
using System.Numerics;

namespace BertMLNet.Modeling;

/// <summary>The CRC-32C (Castagnoli) of LevelDB tables and TensorFlow's tensors, by the processor's instruction where it has one.</summary>
internal static class Crc32C
{
    /// <summary>Continues the checksum of <paramref name="crc"/> (0 at the start) over more bytes.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        while (bytes.Length >= 8)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }
        foreach (byte b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }

    /// <summary>The form in which LevelDB stores a checksum, so that data with checksums in them can be summed in turn.</summary>
    public static uint Mask(uint crc) => BitOperations.RotateRight(crc, 15) + 0xa282ead8;
}
