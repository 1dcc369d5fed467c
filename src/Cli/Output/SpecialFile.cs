using System.Formats.Tar;

namespace BertMLNet.Cli;

/// <summary>Files that are written as they are: a device or a named pipe must not be replaced by a file of its name.</summary>
internal static class SpecialFile
{
    /// <summary>
    /// Opens a device, or a named pipe once it has a reader, for writing; null where the path is another file's, or nothing's.
    /// </summary>
    public static Stream? TryOpen(string path) => !OperatingSystem.IsWindows() && File.Exists(path) && (IsDevice(path) || IsPipe(path))
        ? new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0)
        : null;

    private static bool IsDevice(string path)
    {
        string full = Path.GetFullPath(path);
        return full.StartsWith("/dev/", StringComparison.Ordinal) || full.StartsWith("/proc/", StringComparison.Ordinal);
    }

    // What kind a file is, without opening it, the runtime tells its archives alone; a pipe has no length.
    private static bool IsPipe(string path)
    {
        if (new FileInfo(path).Length > 0)
            return false;
        using var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, leaveOpen: true))
            writer.WriteEntry(path, "file");
        archive.Position = 0;
        using var reader = new TarReader(archive);
        return reader.GetNextEntry()?.EntryType == TarEntryType.Fifo;
    }
}
