namespace BertMLNet.Modeling;

/// <summary>Looks at a file's first or last bytes to find out its format.</summary>
internal static class FileStart
{
    /// <summary>Fills the span from the file's start; false where the file is absent, unreadable or shorter.</summary>
    public static bool TryRead(string path, Span<byte> start) => TryRead(path, start, fromEnd: false);

    /// <summary>Fills the span with the file's last bytes; false where the file is absent, unreadable or shorter.</summary>
    public static bool TryReadEnd(string path, Span<byte> end) => TryRead(path, end, fromEnd: true);

    private static bool TryRead(string path, Span<byte> bytes, bool fromEnd)
    {
        if (!File.Exists(path))
            return false;
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            if (stream.Length < bytes.Length)
                return false;
            stream.Position = fromEnd ? stream.Length - bytes.Length : 0;
            return stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
