using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace BertMLNet.Modeling;

/// <summary>Walks through a file of protocol buffers field by field. What is passed over is not read, what is read is bounded.</summary>
/// <remarks>Damage is an <see cref="InvalidDataException"/>, which the caller turns into an error that names the file.</remarks>
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

    private readonly Stream _stream = stream;
    private int _parts;

    /// <summary>A reader of a message in memory.</summary>
    public WireReader(ReadOnlySpan<byte> message)
        : this(new MemoryStream(message.ToArray()))
    {
    }

    public long Position => _stream.Position;

    /// <summary>The fields of a message from here to its end; what the caller does not read of one is passed over.</summary>
    public FieldWalk Fields(long end) => new(this, end);

    /// <summary>Reads a number as it is written in a field of this type: its bits.</summary>
    public ulong ReadNumber(WireType type)
    {
        if (type == WireType.Varint)
            return ReadVarint();
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        Span<byte> own = bytes[..(type == WireType.Fixed32 ? 4 : 8)];
        if (_stream.ReadAtLeast(own, own.Length, throwOnEndOfStream: false) < own.Length)
            throw new InvalidDataException("the file is cut off");
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    /// <summary>Reads the text of the field that was come to last.</summary>
    public string ReadText(WireField field)
    {
        if (field.Type != WireType.Bytes || field.Length > LongestText)
            throw new InvalidDataException($"the field before byte {_stream.Position} is no name");
        byte[] bytes = new byte[field.Length];
        _stream.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>A loop over fields, which takes no memory: a file may have millions of messages.</summary>
    [StructLayout(LayoutKind.Auto)]
    public struct FieldWalk(WireReader reader, long end)
    {
        private readonly Stream _stream = reader._stream;

        public WireField Current { get; private set; }

        public readonly FieldWalk GetEnumerator() => this;

        public bool MoveNext()
        {
            // There is no field 0.
            if (Current.Number > 0 && _stream.Position != Current.End)
                _stream.Seek(Current.End, SeekOrigin.Begin);
            if (_stream.Position > end)
                throw new InvalidDataException($"a field runs over its message's end at byte {end}");
            if (_stream.Position == end)
                return false;
            Current = reader.ReadField(end);
            return true;
        }
    }

    private WireField ReadField(long end)
    {
        long at = _stream.Position;
        ulong tag = ReadVarint();
        var type = (WireType)(tag & 7);
        if (tag >> 3 is 0 or > int.MaxValue || !Enum.IsDefined(type))
            throw new InvalidDataException($"there is no field at byte {at}");
        if (type != WireType.Bytes)
        {
            ulong value = ReadNumber(type);
            return new((int)(tag >> 3), type, value, _stream.Position, Length: 0);
        }
        ulong length = ReadVarint();
        long left = Math.Max(0, end - _stream.Position);
        if (length > (ulong)left)
            throw new InvalidDataException($"the field at byte {at} is {length} bytes long where {left} are left");
        if (++_parts > MostParts)
            throw new InvalidDataException($"it is made of more than {MostParts} names, nodes and other parts");
        return new((int)(tag >> 3), type, Value: 0, _stream.Position, (long)length);
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (int i = 0; i < LongestVarint; i++)
        {
            int next = _stream.ReadByte();
            if (next < 0)
                throw new InvalidDataException("the file is cut off");
            value |= (ulong)(next & 0x7F) << (7 * i);
            if (next < 0x80)
                return value;
        }
        throw new InvalidDataException($"a number before byte {_stream.Position} does not end");
    }
}

/// <summary>How a field's value is written.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}

/// <summary>A field of a message.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Type">How its value is written.</param>
/// <param name="Value">The bits of a number; 0 for bytes, which stand where the reader is.</param>
/// <param name="Start">Where bytes begin; for a number, where the next field does.</param>
/// <param name="Length">How many bytes there are.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct WireField(int Number, WireType Type, ulong Value, long Start, long Length)
{
    public long End => Start + Length;

    /// <summary>The value as a signed number.</summary>
    public long Integer => unchecked((long)Value);

    /// <summary>Whether it is this field and a whole number.</summary>
    public bool IsInteger(int number) => Number == number && Type == WireType.Varint;

    /// <summary>Whether it is this field and of bytes, as a message is.</summary>
    public bool IsBytes(int number) => Number == number && Type == WireType.Bytes;
}
