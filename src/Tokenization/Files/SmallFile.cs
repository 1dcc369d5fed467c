using System.Text;

namespace BertMLNet;

/// <summary>Reads files that are held in memory whole, such as JSON, and that must not be larger than what they are for.</summary>
internal static class SmallFile
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The bytes of a text file, without a byte order mark; see <see cref="Read"/>.</summary>
    public static ReadOnlySpan<byte> ReadText(string path, long most)
    {
        ReadOnlySpan<byte> bytes = Read(path, most);
        return bytes.StartsWith(System.Text.Encoding.UTF8.Preamble) ? bytes[3..] : bytes;
    }

    /// <summary>The bytes of a file.</summary>
    /// <exception cref="BertMLNetException">The file is absent, has more than <paramref name="most"/> bytes, or cannot be read.</exception>
    public static byte[] Read(string path, long most)
    {
        try
        {
            RegularFile.Require(path);
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            if (stream.Length > most)
                throw new BertMLNetException($"{path}: the file has {stream.Length} bytes, expected at most {most}.");
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BertMLNetException($"{path}: no such file.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BertMLNetException($"{path}: cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>A line of a file as text.</summary>
    /// <exception cref="BertMLNetException">The bytes are not UTF-8.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes, string path, int line)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException exception)
        {
            throw new BertMLNetException($"{path}, line {line}: the bytes are not UTF-8; save the file as UTF-8", exception);
        }
    }
}
