namespace BertMLNet.Cli;

/// <summary>Files that are written as they are: a device or a named pipe must not be replaced by a file of its name.</summary>
internal static class SpecialFile
{
    /// <summary>Opens a device or a named pipe for writing; null where the path is another file's, or nothing's.</summary>
    public static Stream? TryOpen(string path)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(path))
            return null;
        try
        {
            // Open for reading, too, a pipe does not wait for its reader; the reader then never sees it without a writer.
            using var probe = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
            return IsDevice(path) || !probe.CanSeek
                ? new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0)
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException && !IsDevice(path))
        {
            // Not even a file that may be written to: replacing it says what is wrong, or works.
            return null;
        }
    }

    private static bool IsDevice(string path)
    {
        string full = Path.GetFullPath(path);
        return full.StartsWith("/dev/", StringComparison.Ordinal) || full.StartsWith("/proc/", StringComparison.Ordinal);
    }
}
