using System.Buffers.Binary;

namespace BertMLNet.Modeling;

/// <summary>Walks a protocol buffer message field by field, never beyond its bytes.</summary>
/// <remarks>Damage is an <see cref="InvalidDataException"/>, which the caller turns into an error that names the file.</remarks>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The number of the field that was read last.</summary>
    public int Field { get; private set; }

    /// <summary>The value of a number field; 0 for a field of bytes.</summary>
    public ulong Number { get; private set; }

    /// <summary>The bytes of a text, bytes or message field; empty for a number.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Reads the next field; false at the message's end.</summary>
    public bool Next()
    {
        if (_rest.IsEmpty)
            return false;
        ulong tag = ReadVarint(ref _rest);
        Field = (int)(tag >> 3);
        Number = 0;
        Bytes = default;
        switch (tag & 7)
        {
            case 0:
                Number = ReadVarint(ref _rest);
                break;
            case 1:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case 2:
                Bytes = Take(ReadVarint(ref _rest));
                break;
            case 5:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            default:
                throw new InvalidDataException("a field of unknown kind");
        }
        return true;
    }

    /// <summary>Reads a number of seven bits a byte, lowest first.</summary>
    public static ulong ReadVarint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int i = 0; i < 10 && i < bytes.Length; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return value;
            }
        }
        throw new InvalidDataException("a number that does not end");
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)_rest.Length)
            throw new InvalidDataException($"a field claims {count} bytes where {_rest.Length} are left");
        ReadOnlySpan<byte> taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }
}
