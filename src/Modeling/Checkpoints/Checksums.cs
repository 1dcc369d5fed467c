using System.Buffers.Binary;
using System.Numerics;

namespace BertMLNet.Modeling;

/// <summary>The CRC-32 of zip archives (polynomial 0xEDB88320), eight bytes a step.</summary>
internal static class Crc32
{
    private static readonly uint[] Tables = MakeTables();

    /// <summary>Continues the checksum of <paramref name="crc"/> (0 at the start) over more bytes.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        while (bytes.Length >= 8)
        {
            crc ^= bytes[0] | (uint)bytes[1] << 8 | (uint)bytes[2] << 16 | (uint)bytes[3] << 24;
            crc = Tables[7 * 256 + (crc & 0xFF)] ^ Tables[6 * 256 + ((crc >> 8) & 0xFF)]
                ^ Tables[5 * 256 + ((crc >> 16) & 0xFF)] ^ Tables[4 * 256 + (crc >> 24)]
                ^ Tables[3 * 256 + bytes[4]] ^ Tables[2 * 256 + bytes[5]] ^ Tables[256 + bytes[6]] ^ Tables[bytes[7]];
            bytes = bytes[8..];
        }
        foreach (byte b in bytes)
            crc = Tables[(crc ^ b) & 0xFF] ^ (crc >> 8);
        return ~crc;
    }

    private static uint[] MakeTables()
    {
        uint[] tables = new uint[8 * 256];
        for (uint i = 0; i < 256; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            tables[i] = crc;
        }
        for (int i = 256; i < tables.Length; i++)
            tables[i] = tables[tables[i - 256] & 0xFF] ^ (tables[i - 256] >> 8);
        return tables;
    }
}

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
