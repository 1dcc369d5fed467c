using System.Buffers.Binary;

namespace BertMLNet.Modeling.Tests;

/// <summary>Damages bytes in the ways that files are damaged, and in some that attackers choose.</summary>
internal static class Mutation
{
    private static readonly ulong[] Lies =
        [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, int.MaxValue, 0x80000000, uint.MaxValue, 1UL << 40, long.MaxValue, ulong.MaxValue];

    /// <summary>A damaged copy: one to three of a flipped bit, a cut, an insertion, a moved run, a lying number, a changed byte.</summary>
    public static byte[] Of(ReadOnlySpan<byte> good, Random random)
    {
        byte[] bytes = good.ToArray();
        for (int i = random.Next(1, 4); i > 0 && bytes.Length > 0; i--)
            bytes = Once(bytes, random);
        return bytes;
    }

    private static byte[] Once(byte[] bytes, Random random)
    {
        int at = random.Next(bytes.Length);
        int length = Math.Min(random.Next(1, 33), bytes.Length - at);
        switch (random.Next(9))
        {
            case 0:
                return bytes[..at];
            case 1:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 2:
                byte[] noise = new byte[length];
                random.NextBytes(noise);
                return [.. bytes[..at], .. noise, .. bytes[at..]];
            case 3:
                int from = random.Next(bytes.Length - length + 1);
                return [.. bytes[..at], .. bytes[from..(from + length)], .. bytes[at..]];
            case 4:
                Span<byte> number = stackalloc byte[8];
                BinaryPrimitives.WriteUInt64LittleEndian(number, Lies[random.Next(Lies.Length)]);
                number[..Math.Min(1 << random.Next(4), bytes.Length - at)].CopyTo(bytes.AsSpan(at));
                return bytes;
            case 5:
                bytes.AsSpan(at, length).Fill((byte)(random.Next(2) * 255));
                return bytes;
            case 6:
                // A digit of a number in a text.
                int digit = bytes.AsSpan(at).IndexOfAnyInRange((byte)'0', (byte)'9');
                if (digit >= 0)
                    bytes[at + digit] = (byte)('0' + random.Next(10));
                return bytes;
            case 7:
                bytes[at] = (byte)random.Next(256);
                return bytes;
            default:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
        }
    }
}
