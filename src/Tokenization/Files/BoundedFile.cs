using System.Text;

namespace BertMLNet;

/// <summary>Reads the small text files of a tokenizer, with a limit of size and strict UTF-8.</summary>
internal static class BoundedFile
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The bytes of a file, without a byte order mark.</summary>
    /// <exception cref="BertMLNetException">The file is absent, too large or cannot be read.</exception>
    public static ReadOnlyMemory<byte> Read(string path, int limit)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
                throw new BertMLNetException($"{path}: there is no such file");
            if (file.Length > limit)
                throw new BertMLNetException($"{path}: {file.Length} bytes are too many; at most {limit} are read");
            ReadOnlyMemory<byte> bytes = File.ReadAllBytes(path);
            return bytes.Span.StartsWith(System.Text.Encoding.UTF8.Preamble) ? bytes[3..] : bytes;
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
