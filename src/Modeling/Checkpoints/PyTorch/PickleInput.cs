using System.Buffers.Binary;
using System.Text;

namespace BertMLNet.Modeling;

/// <summary>Reads a pickle's bytes from a part of a file, never beyond its end.</summary>
internal sealed class PickleInput(TensorFile file, long start, long end)
{
    private readonly byte[] _buffer = new byte[1 << 14];
    private long _bufferStart = start;
    private int _bufferLength;

    public string Path => file.Path;

    /// <summary>The position in the file of the next byte.</summary>
    public long Position { get; private set; } = start;

    public byte ReadByte()
    {
        long index = Position - _bufferStart;
        if (index >= _bufferLength)
        {
            Fill();
            index = 0;
        }
        Position++;
        return _buffer[index];
    }

    public ushort ReadUInt16()
    {
        Span<byte> bytes = stackalloc byte[2];
        Read(bytes);
        return BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    public int ReadInt32()
    {
        Span<byte> bytes = stackalloc byte[4];
        Read(bytes);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }

    public ulong ReadUInt64()
    {
        Span<byte> bytes = stackalloc byte[8];
        Read(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    public double ReadBigEndianDouble()
    {
        Span<byte> bytes = stackalloc byte[8];
        Read(bytes);
        return BinaryPrimitives.ReadDoubleBigEndian(bytes);
    }

    /// <summary>Reads that many bytes, which must lie before the end.</summary>
    public byte[] ReadBytes(ulong count)
    {
        if (count > (ulong)(end - Position))
            throw new BertMLNetException($"{Path}: the pickle claims {count} bytes at byte {Position}, where {end - Position} are left.");
        byte[] bytes = new byte[count];
        Read(bytes);
        return bytes;
    }

    public string ReadText(ulong count) => Encoding.UTF8.GetString(ReadBytes(count));

    /// <summary>Reads to the next line feed, which is dropped.</summary>
    public string ReadLine(int longest)
    {
        var line = new StringBuilder();
        for (char c = (char)ReadByte(); c != '\n'; c = (char)ReadByte())
        {
            if (line.Length == longest)
                throw new BertMLNetException($"{Path}: the pickle has a name of more than {longest} letters at byte {Position}.");
            line.Append(c);
        }
        return line.ToString();
    }

    private void Read(Span<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = ReadByte();
    }

    private void Fill()
    {
        if (Position >= end)
            throw new BertMLNetException($"{Path}: the pickle does not end before byte {end}; the file is cut off, damaged, or holds more than tensors.");
        _bufferStart = Position;
        _bufferLength = (int)Math.Min(_buffer.Length, end - Position);
        file.Read(_bufferStart, _buffer.AsSpan(0, _bufferLength), "the pickle");
    }
}
