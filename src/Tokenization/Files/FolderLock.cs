using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace BertMLNet;

/// <summary>
/// Keeps a second writer out of a folder. The operating system lets go of the lock when the process ends, however it ends, so that
/// nothing has to be cleaned up after a crash.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private const string LockName = ".lock";
    private const string HolderName = ".lock.json";

    /// <summary>What the system calls a file that somebody else has open: on Linux, on Apple's systems, on Windows.</summary>
    private static readonly int[] InUse = [11, 35, unchecked((int)0x80070020)];

    private readonly FileStream _file;
    private readonly MadeFolders _made;

    private FolderLock(FileStream file, string folder, MadeFolders made)
    {
        _file = file;
        Folder = folder;
        _made = made;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Takes the lock.</summary>
    /// <param name="folder">The folder; made where it is missing.</param>
    /// <exception cref="BertMLNetException">Another writer holds it, which is named, or the folder cannot be written.</exception>
    public static FolderLock Acquire(string folder) => TryAcquire(folder) ?? throw new BertMLNetException(
        $"{folder}: {DescribeHolder(folder)} is writing into this folder; wait for it to end or choose another output.");

    /// <summary>Takes the lock; null where another writer holds it.</summary>
    /// <inheritdoc cref="Acquire"/>
    public static FolderLock? TryAcquire(string folder)
    {
        string path = Path.Combine(folder, LockName);
        var made = new MadeFolders();
        try
        {
            made.Make(folder);
            while (true)
            {
                var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                // A writer that ended meanwhile may have deleted the very file that was opened; then it guards nothing.
                if (File.Exists(path))
                    return new FolderLock(file, folder, made).Announce();
                file.Dispose();
            }
        }
        catch (IOException exception) when (InUse.Contains(exception.HResult))
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            made.DeleteEmpty();
            throw new BertMLNetException($"{folder}: cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>Lets go of the lock, and takes back its files and what folders were made for them and are still empty.</summary>
    public void Dispose()
    {
        // Where an open file can be deleted it goes before anyone else can take it; where it cannot, after.
        if (OperatingSystem.IsWindows())
            _file.Dispose();
        TryDelete(HolderName);
        TryDelete(LockName);
        _file.Dispose();
        _made.DeleteEmpty();
    }

    private void TryDelete(string name)
    {
        try
        {
            File.Delete(Path.Combine(Folder, name));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What another writer has taken meanwhile stays.
        }
    }

    /// <summary>Writes down who holds the lock, whose own file cannot be read while it is held.</summary>
    private FolderLock Announce()
    {
        try
        {
            using Process process = Process.GetCurrentProcess();
            string started = process.StartTime.ToUniversalTime().ToString("u", CultureInfo.InvariantCulture);
            File.WriteAllText(
                Path.Combine(Folder, HolderName),
                JsonSerializer.Serialize(new Holder(Environment.ProcessId, Environment.MachineName, started)));
            return this;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private static string DescribeHolder(string folder)
    {
        try
        {
            Holder? holder = JsonSerializer.Deserialize<Holder>(File.ReadAllText(Path.Combine(folder, HolderName)));
            return holder is null ? "another process" : $"process {holder.ProcessId} on {holder.Host}, started {holder.Started},";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return "another process";
        }
    }

    private sealed record Holder(int ProcessId, string Host, string Started);
}

/// <summary>Makes folders and remembers which of them were not there before, so that a failed write can take them away again.</summary>
internal sealed class MadeFolders
{
    private readonly Stack<string> _made = [];

    /// <summary>Makes a folder and what it lies in.</summary>
    public void Make(string folder)
    {
        var missing = new Stack<string>();
        string? place = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        for (; place is not null && !Directory.Exists(place); place = Path.GetDirectoryName(place))
            missing.Push(place);
        foreach (string lacking in missing)
        {
            Directory.CreateDirectory(lacking);
            _made.Push(lacking);
        }
    }

    /// <summary>Deletes the folders that were made, but for those that someone put something into.</summary>
    public void DeleteEmpty()
    {
        while (_made.TryPop(out string? folder))
        {
            try
            {
                Directory.Delete(folder);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // What cannot be deleted is left; the error that led here is the one to report.
            }
        }
    }
}
