using System.Security.Cryptography;
using BertMLNet.Modeling;

namespace BertMLNet.Cli;

/// <summary>
/// A file of lines that appears under its name only when it is complete. Until then its lines stand in a file of the
/// same name with <c>.partial</c> behind it, which a resumed job continues after the last whole line. Beside it
/// <c>.partial.job</c> says what the job is, from before the first line on and whether or not it is to be resumed: no other job goes on
/// with its lines, and none whose job is not known does.
/// </summary>
internal sealed class ResumableFile : IDisposable
{
    private readonly string _path;
    private readonly bool _keepPartial;
    private readonly FileStream _stream;
    private bool _completed;

    private ResumableFile(string path, string? job, bool resume)
    {
        _path = path;
        _keepPartial = resume;
        string? folder = Path.GetDirectoryName(Path.GetFullPath(path));
        try
        {
            if (folder is not null)
                Directory.CreateDirectory(folder);
            _stream = new FileStream(PartialPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1 << 16);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BertMLNetException($"{path}: cannot be written: {exception.Message}", exception);
        }
        try
        {
            LinesWritten = KeepWholeLines(_stream);
            if (job is not null)
                BeginJob(job);
            else
                StartAnew();
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    /// <summary>Where to write.</summary>
    public Stream Stream => _stream;

    /// <summary>The whole lines that an earlier job left.</summary>
    public long LinesWritten { get; private set; }

    /// <summary>Where the lines stand until all of them do.</summary>
    public string PartialPath => _path + ".partial";

    private string JobPath => PartialPath + ".job";

    /// <summary>Opens the file.</summary>
    /// <param name="path">Its name when it is complete.</param>
    /// <param name="job">
    /// What the job is: a value for each name, in lines of "name value". Null for a file that is always made anew.
    /// </param>
    /// <param name="resume">Whether to go on behind the lines that the job wrote earlier, and to keep those that it writes now.</param>
    /// <exception cref="BertMLNetException">
    /// The file cannot be written, another process is writing it, or an unfinished job's lines are there, and this is not the same job.
    /// </exception>
    public static ResumableFile Open(string path, string? job, bool resume = false)
    {
        if (Directory.Exists(path))
            throw new BertMLNetException($"{path}: is a folder; expected the name of a file to write.");
        return new ResumableFile(path, job, resume);
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
        try
        {
            _stream.Dispose();
        }
        catch (IOException)
        {
            // The disk is full, which an earlier write has told.
        }
        if (_keepPartial)
            return;
        try
        {
            File.Delete(PartialPath);
            File.Delete(JobPath);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It stays; the error that led here is the one to report.
        }
    }

    /// <summary>Refuses lines of another job, and writes down what this one is before its first line.</summary>
    private void BeginJob(string job)
    {
        string? earlier = File.Exists(JobPath) ? File.ReadAllText(JobPath) : null;
        if (LinesWritten > 0 && _keepPartial && earlier is null)
        {
            throw new BertMLNetException(
                $"{PartialPath}: holds lines, and nothing says of which job: {Path.GetFileName(JobPath)} is not there; delete it to start "
                + "anew.");
        }
        if (LinesWritten > 0 && !_keepPartial && earlier is not null)
        {
            throw new BertMLNetException(
                $"{PartialPath}: holds the lines of a job that was cut short; go on with it (--resume), or delete it to start anew.");
        }
        if (LinesWritten > 0 && _keepPartial && earlier != job)
        {
            throw new BertMLNetException(
                $"{PartialPath}: holds the lines of another job: it had other values for {Differences(earlier!, job)}; give it the same, "
                + "or delete it to start anew.");
        }
        if (!_keepPartial || LinesWritten == 0)
            StartAnew();
        if (earlier != job)
            AtomicFile.WriteAllText(JobPath, job);
    }

    private void StartAnew()
    {
        _stream.SetLength(0);
        LinesWritten = 0;
    }

    private static string Differences(string earlier, string job)
    {
        Dictionary<string, string> before = Values(earlier);
        Dictionary<string, string> now = Values(job);
        return string.Join(", ", now.Keys.Union(before.Keys).Where(name => before.GetValueOrDefault(name) != now.GetValueOrDefault(name)));

        static Dictionary<string, string> Values(string job) => job.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', 2)).DistinctBy(parts => parts[0]).ToDictionary(parts => parts[0], parts => parts[^1]);
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
    /// <exception cref="OperationCanceledException">The command is to stop, and the pipe has no reader yet.</exception>
    public static Stream? TryOpen(string path, CancellationToken interrupt) => TryOpen(path, FileAccess.Write, interrupt);

    /// <summary>
    /// Opens a device, or a named pipe once it has a writer, for reading; null where the path is another file's, or nothing's.
    /// </summary>
    /// <exception cref="OperationCanceledException">The command is to stop, and the pipe has no writer yet.</exception>
    public static Stream? TryRead(string path, CancellationToken interrupt) => TryOpen(path, FileAccess.Read, interrupt);

    /// <summary>A hash of what a file holds; the name of a device or pipe, whose contents are gone once they are read.</summary>
    /// <exception cref="BertMLNetException">The file cannot be read.</exception>
    public static string Fingerprint(string path)
    {
        if (path == CliTerminal.Standard || (!OperatingSystem.IsWindows() && File.Exists(path) && IsSpecial(RealPath.Of(path))))
            return path;
        try
        {
            using FileStream stream = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BertMLNetException($"{path}: cannot be read: {exception.Message}", exception);
        }
    }

    private static InterruptibleStream? TryOpen(string path, FileAccess access, CancellationToken interrupt) =>
        !OperatingSystem.IsWindows() && File.Exists(path) && IsSpecial(path)
        ? new InterruptibleStream(
            InterruptibleStream.Wait(() => new FileStream(path, FileMode.Open, access, FileShare.ReadWrite, bufferSize: 0), interrupt),
            interrupt)
        : null;

    private static bool IsSpecial(string path) => IsDevice(path) || RegularFile.IsPipe(path);

    private static bool IsDevice(string path)
    {
        string full = Path.GetFullPath(path);
        return full.StartsWith("/dev/", StringComparison.Ordinal) || full.StartsWith("/proc/", StringComparison.Ordinal);
    }
}
