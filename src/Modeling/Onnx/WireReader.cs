using System.Buffers.Binary;
using System.Text;

namespace BertMLNet.Modeling;

/// <summary>Walks through a file of protocol buffers field by field. What is passed over is not read, what is read is bounded.</summary>
internal sealed class WireReader(Stream stream)
{
    /// <summary>Names and paths are shorter.</summary>
    private const int LongestText = 1 << 16;

    private const int LongestVarint = 10;

    /// <summary>
    /// A large BERT has some ten thousand names, nodes and other parts. In memory each takes far more than the two bytes that
    /// it may have in a file, so their number must be bounded, too.
    /// </summary>
    private const int MostParts = 1 << 20;

    private int _parts;

    /// <summary>How a field's value is written.</summary>
    public enum WireType
    {
        Varint = 0,
        Fixed64 = 1,
        Bytes = 2,
        Fixed32 = 5,
    }

    /// <summary>The place in the file.</summary>
    public long Position => stream.Position;

    /// <summary>Reads the next field's number and type and, for <see cref="WireType.Bytes"/>, its length; the value comes next.</summary>
    /// <param name="end">Where the message ends.</param>
    /// <param name="field">The field.</param>
    /// <returns>False at the message's end.</returns>
    /// <exception cref="InvalidDataException">The bytes are no message.</exception>
    public bool TryReadField(long end, out (int Number, WireType Type, long Length) field)
    {
        field = default;
        if (stream.Position >= end)
            return stream.Position == end ? false : throw new InvalidDataException($"a field runs over its message's end at byte {end}");
        long at = stream.Position;
        ulong tag = ReadVarint();
        var type = (WireType)(tag & 7);
        if (tag >> 3 is 0 or > int.MaxValue || !Enum.IsDefined(type))
            throw new InvalidDataException($"there is no field at byte {at}");
        ulong length = type == WireType.Bytes ? ReadVarint() : 0;
        if (length > (ulong)Math.Max(0, end - stream.Position))
        {
            throw new InvalidDataException(
                $"the field at byte {at} is {length} bytes long where {Math.Max(0, end - stream.Position)} are left");
        }
        if (type == WireType.Bytes && ++_parts > MostParts)
            throw new InvalidDataException($"it is made of more than {MostParts} names, nodes and other parts");
        field = ((int)(tag >> 3), type, (long)length);
        return true;
    }

    /// <summary>Reads a number of up to 64 bits.</summary>
    public ulong ReadVarint()
    {
        ulong value = 0;
        for (int i = 0; i < LongestVarint; i++)
        {
            int next = stream.ReadByte();
            if (next < 0)
                throw new InvalidDataException("the file is cut off");
            value |= (ulong)(next & 0x7F) << (7 * i);
            if (next < 0x80)
                return value;
        }
        throw new InvalidDataException($"a number before byte {stream.Position} does not end");
    }

    /// <summary>Reads a number as it is written in a field of this type: its bits.</summary>
    public ulong ReadNumber(WireType type)
    {
        if (type == WireType.Varint)
            return ReadVarint();
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        Span<byte> own = bytes[..(type == WireType.Fixed32 ? 4 : 8)];
        if (stream.ReadAtLeast(own, own.Length, throwOnEndOfStream: false) < own.Length)
            throw new InvalidDataException("the file is cut off");
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    /// <summary>Reads the text of a field.</summary>
    public string ReadText((int Number, WireType Type, long Length) field)
    {
        if (field.Type != WireType.Bytes || field.Length > LongestText)
            throw new InvalidDataException($"the field before byte {stream.Position} is no name");
        byte[] bytes = new byte[field.Length];
        stream.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Passes over the value of a field.</summary>
    public void Skip((int Number, WireType Type, long Length) field)
    {
        if (field.Type == WireType.Varint)
            ReadVarint();
        else
            stream.Position += field.Type switch { WireType.Fixed64 => 8, WireType.Fixed32 => 4, _ => field.Length };
    }
}
