using System.Formats.Tar;

namespace BertMLNet;

/// <summary>Tells files from pipes, sockets and devices, whose opening may wait for ever and whose reading may never end.</summary>
internal static class RegularFile
{
    /// <summary>
    /// Refuses, before it is opened, what is not a file, be it named by a link. What is absent is left to whoever opens it.
    /// </summary>
    /// <exception cref="BertMLNetException">It is a pipe, a socket or a device.</exception>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be looked at.</exception>
    public static void Require(string path)
    {
        if (KindOf(path) is not (null or TarEntryType.RegularFile or TarEntryType.V7RegularFile))
            throw new BertMLNetException($"{path}: is a pipe, a socket or a device; a file is expected, copy its content into one.");
    }

    /// <summary>Whether it is a named pipe.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public static bool IsPipe(string path) => KindOf(path) == TarEntryType.Fifo;

    // What kind a file is, without opening it, the runtime tells its archives alone; only a file has a length.
    private static TarEntryType? KindOf(string path)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(path))
            return null;
        string real = RealPath.Of(path);
        if (!File.Exists(real) || new FileInfo(real).Length > 0)
            return null;
        using var archive = new MemoryStream();
        try
        {
            using var writer = new TarWriter(archive, leaveOpen: true);
            writer.WriteEntry(real, "file");
        }
        catch (IOException exception) when (exception is not (FileNotFoundException or DirectoryNotFoundException))
        {
            // An archive has no place for a socket.
            return TarEntryType.CharacterDevice;
        }
        archive.Position = 0;
        using var reader = new TarReader(archive);
        return reader.GetNextEntry()?.EntryType;
    }
}
