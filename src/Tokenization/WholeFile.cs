namespace BertMLNet.Tokenization;

/// <summary>Writes files that are either complete or absent.</summary>
internal static class WholeFile
{
    /// <summary>Lets <paramref name="write"/> fill a temporary file beside <paramref name="path"/> and renames it into place.</summary>
    /// <exception cref="TokenizationException">The file cannot be created or written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
                Directory.CreateDirectory(folder);
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new TokenizationException($"{path}: cannot be written: {exception.Message}", exception);
        }
        finally
        {
            // Gone where all went well; what a full or read-only disk does not let go is left.
            TryDelete(temporary);
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The error that led here is the one to report.
        }
    }
}
