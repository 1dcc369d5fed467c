using System.Buffers.Binary;
using System.IO.Compression;

namespace BertMLNet.Training.Tests;

/// <summary>The pixels of a PNG picture of eight bits a channel, with or without transparency.</summary>
internal sealed class PngPixels
{
    private readonly byte[] _bytes;
    private readonly int _channels;

    private PngPixels(int width, int height, int channels, byte[] bytes) => (Width, Height, _channels, _bytes) = (width, height, channels, bytes);

    public int Width { get; }

    public int Height { get; }

    /// <summary>Reads a file as PNG's specification lays it out: chunks, zlib, one filter a row.</summary>
    public static PngPixels Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        using var packed = new MemoryStream();
        int width = 0, height = 0, channels = 0;
        for (int at = 8; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            ReadOnlySpan<byte> type = file.AsSpan(at + 4, 4), data = file.AsSpan(at + 8, length);
            if (type.SequenceEqual("IHDR"u8))
            {
                width = BinaryPrimitives.ReadInt32BigEndian(data);
                height = BinaryPrimitives.ReadInt32BigEndian(data[4..]);
                channels = (data[8], data[9], data[12]) switch
                {
                    (8, 2, 0) => 3,
                    (8, 6, 0) => 4,
                    _ => throw new NotSupportedException("another kind of PNG"),
                };
            }
            else if (type.SequenceEqual("IDAT"u8))
            {
                packed.Write(data);
            }
            at += 12 + length;
        }
        packed.Position = 0;
        using var zlib = new ZLibStream(packed, CompressionMode.Decompress);
        int stride = width * channels;
        byte[] pixels = new byte[stride * height];
        byte[] above = new byte[stride];
        for (int y = 0; y < height; y++)
        {
            int filter = zlib.ReadByte();
            byte[] row = new byte[stride];
            zlib.ReadExactly(row);
            for (int i = 0; i < stride; i++)
            {
                int left = i < channels ? 0 : row[i - channels], corner = i < channels ? 0 : above[i - channels];
                row[i] += (byte)(filter switch { 0 => 0, 1 => left, 2 => above[i], 3 => (left + above[i]) / 2, _ => Paeth(left, above[i], corner) });
            }
            row.CopyTo(pixels, y * stride);
            above = row;
        }
        return new(width, height, channels, pixels);
    }

    /// <summary>How many pixels have exactly this colour.</summary>
    public int Count((byte Red, byte Green, byte Blue) colour)
    {
        int count = 0;
        for (int i = 0; i < _bytes.Length; i += _channels)
            count += _bytes[i] == colour.Red && _bytes[i + 1] == colour.Green && _bytes[i + 2] == colour.Blue ? 1 : 0;
        return count;
    }

    private static int Paeth(int left, int above, int corner)
    {
        int guess = left + above - corner;
        int byLeft = Math.Abs(guess - left), byAbove = Math.Abs(guess - above), byCorner = Math.Abs(guess - corner);
        return byLeft <= byAbove && byLeft <= byCorner ? left : byAbove <= byCorner ? above : corner;
    }
}
