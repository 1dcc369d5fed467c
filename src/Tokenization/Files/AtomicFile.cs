namespace BertMLNet;

/// <summary>Writes files that are either complete or absent.</summary>
internal static class AtomicFile
{
    /// <summary>
    /// Lets <paramref name="write"/> fill a temporary file beside <paramref name="path"/>, flushes it to the disk and
    /// renames it into place. Where anything fails the temporary file is deleted and an older file stays as it was.
    /// </summary>
    /// <exception cref="BertMLNetException">The file cannot be created or written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string temporary = Temporary(path, Guid.NewGuid().ToString("N"));
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
                Directory.CreateDirectory(folder);
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception)
        {
            Discard(temporary);
            // A file system's limit of file sizes, such as the 4 GiB of FAT32, comes as an argument out of range.
            if (exception is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException { ParamName: "value" })
                throw new BertMLNetException($"{path}: cannot be written: {exception.Message}", exception);
            throw;
        }
    }

    /// <summary>Writes text as UTF-8 without a byte order mark; see <see cref="Write"/>.</summary>
    public static void WriteAllText(string path, string text) =>
        Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    /// <summary>Deletes the temporary files that killed processes left in a folder; nobody may be writing these files.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="files">The files that were to be written, as a search pattern.</param>
    public static void DeleteLeftOvers(string folder, string files)
    {
        foreach (string leftOver in Directory.EnumerateFiles(folder, Temporary(files, new string('?', 32))))
            Discard(leftOver);
    }

    private static string Temporary(string path, string id) => $"{path}.{id}.tmp";

    private static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What cannot be deleted is left: it is in nobody's way, and an error that led here is the one to report.
        }
    }
}
