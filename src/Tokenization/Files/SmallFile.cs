namespace BertMLNet;

/// <summary>Reads files that are held in memory whole, such as JSON, and that must not be larger than what they are for.</summary>
internal static class SmallFile
{
    public static byte[] ReadAllBytes(string path, long most)
    {
        try
        {
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
}
