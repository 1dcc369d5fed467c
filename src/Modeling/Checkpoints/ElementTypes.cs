using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace BertMLNet.Modeling;

/// <summary>The element types of tensors, by safetensors' names, and the floating-point ones' conversion from and to single precision.</summary>
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
