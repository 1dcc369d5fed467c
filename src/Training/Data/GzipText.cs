using System.IO.Compression;

namespace BertMLNet.Training;

/// <summary>Reads text that may be compressed, whatever its file is called.</summary>
internal static class GzipText
{
    private static ReadOnlySpan<byte> Magic => [0x1F, 0x8B];

    /// <summary>The text of a stream: what it holds, or, where that begins as gzip does and can be looked at twice, what that decompresses to.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="always">Whether the name promises gzip: what begins otherwise is then an error when it is read.</param>
    public static Stream Decompress(Stream stream, bool always = false)
    {
        if (always)
            return new GZipStream(stream, CompressionMode.Decompress);
        if (!stream.CanSeek)
            return stream;
        Span<byte> first = stackalloc byte[2];
        int read = stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        stream.Seek(-read, SeekOrigin.Current);
        return first[..read].SequenceEqual(Magic) ? new GZipStream(stream, CompressionMode.Decompress) : stream;
    }
}
