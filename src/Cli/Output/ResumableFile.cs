using System.Formats.Tar;
using BertMLNet.Modeling;

namespace BertMLNet.Cli;

/// <summary>
/// A file of lines that appears under its name only when it is complete. Until then its lines stand in a file of the
/// same name with <c>.partial</c> behind it, which a resumed job continues after the last whole line. Beside it
/// <c>.partial.job</c> says what the job is, so that no other one goes on with its lines.
/// </summary>
internal sealed class ResumableFile : IDisposable
{
    private readonly string _path;
    private readonly bool _keepPartial;
    private readonly FileStream _stream;
    private bool _completed;

    private ResumableFile(string path, string? job)
    {
        _path = path;
        _keepPartial = job is not null;
        string? folder = Path.GetDirectoryName(Path.GetFullPath(path));
        try
        {
            if (folder is not null)
                Directory.CreateDirectory(folder);
            RequireSameJob(job);
            _stream = new FileStream(
                PartialPath, _keepPartial ? FileMode.OpenOrCreate : FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BertMLNetException($"{path}: cannot be written: {exception.Message}", exception);
        }
        LinesWritten = KeepWholeLines(_stream);
    }

    /// <summary>Where to write.</summary>
    public Stream Stream => _stream;

    /// <summary>The whole lines that an earlier job left.</summary>
    public long LinesWritten { get; }

    private string PartialPath => _path + ".partial";

    private string JobPath => PartialPath + ".job";

    /// <summary>Opens the file.</summary>
    /// <param name="path">Its name when it is complete.</param>
    /// <param name="job">
    /// What the job is, for one that can be resumed: it goes on behind the lines that it wrote earlier. Null to start anew.
    /// </param>
    /// <exception cref="BertMLNetException">
    /// The file cannot be written, another process is writing it, or an unfinished job's lines are there, and this is not the same job.
    /// </exception>
    public static ResumableFile Open(string path, string? job)
    {
        if (Directory.Exists(path))
            throw new BertMLNetException($"{path}: is a folder; expected the name of a file to write.");
        return new ResumableFile(path, job);
    }

    /// <summary>Gives the file its name.</summary>
    public void Complete()
    {
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        File.Move(PartialPath, _path, overwrite: true);
        File.Delete(JobPath);
        _completed = true;
    }

    /// <summary>
    /// Closes the file. Where it was not completed, its lines stay for a resumed job, or are deleted if none was asked for.
    /// </summary>
    public void Dispose()
    {
        if (_completed)
            return;
        _stream.Dispose();
        if (!_keepPartial)
            File.Delete(PartialPath);
    }

    private void RequireSameJob(string? job)
    {
        if (File.Exists(PartialPath) && File.Exists(JobPath))
        {
            if (job is null)
            {
                throw new BertMLNetException(
                    $"{PartialPath}: holds the lines of a job that was cut short; go on with it (--resume), or delete it to start anew.");
            }
            string earlier = File.ReadAllText(JobPath);
            if (earlier != job)
            {
                throw new BertMLNetException(
                    $"{PartialPath}: holds the lines of another job ({OneLine(earlier)}; this one is {OneLine(job)}); give the same "
                    + "arguments, or delete it to start anew.");
            }
        }
        else if (job is not null)
        {
            AtomicFile.WriteAllText(JobPath, job);
        }

        static string OneLine(string job) => job.ReplaceLineEndings(", ");
    }

    /// <summary>Cuts off a line without an end, goes behind the last whole one and counts them.</summary>
    private static long KeepWholeLines(FileStream stream)
    {
        long lines = 0;
        long end = 0;
        long position = 0;
        var buffer = new byte[1 << 16];
        int read;
        while ((read = stream.Read(buffer)) > 0)
        {
            ReadOnlySpan<byte> block = buffer.AsSpan(0, read);
            lines += block.Count((byte)'\n');
            if (block.LastIndexOf((byte)'\n') is >= 0 and int last)
                end = position + last + 1;
            position += read;
        }
        stream.SetLength(end);
        stream.Position = end;
        return lines;
    }
}

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
