using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>
/// Keeps a second run out of an output folder. The operating system lets go of the lock when the process ends, however
/// it ends, so that nothing has to be cleaned up after a crash.
/// </summary>
internal sealed class RunLock : IDisposable
{
    private const string LockName = "run.lock";
    private const string HolderName = "run.json";

    private readonly FileStream _file;
    private readonly string _folder;
    private readonly string[] _madeFolders;

    private RunLock(FileStream file, string folder, string[] madeFolders)
    {
        _file = file;
        _folder = folder;
        _madeFolders = madeFolders;
    }

    /// <summary>Takes the lock.</summary>
    /// <param name="folder">The training folder; made where it is missing.</param>
    /// <exception cref="BertMLNetException">Another run holds it, which is named, or the folder cannot be written.</exception>
    public static RunLock Acquire(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        folder = Path.GetFullPath(folder);
        string[] missing = [.. Ancestry(folder).TakeWhile(path => !Directory.Exists(path))];
        string path = Path.Combine(folder, LockName);
        try
        {
            Directory.CreateDirectory(folder);
            while (true)
            {
                var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                // A run that ended meanwhile may have deleted the very file that was opened; then it guards nothing.
                var held = new RunLock(file, folder, missing);
                if (File.Exists(path))
                    return held.Announce();
                file.Dispose();
            }
        }
        catch (IOException exception) when (File.Exists(path))
        {
            throw new BertMLNetException(
                $"{folder}: {DescribeHolder(folder)} is training into this folder; wait for it to end or choose another output.",
                exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BertMLNetException($"{folder}: cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>Lets go of the lock, and takes back its files and what folders were made for them and are still empty.</summary>
    public void Dispose()
    {
        // Where an open file can be deleted it goes before anyone else can take it; where it cannot, after.
        if (OperatingSystem.IsWindows())
            _file.Dispose();
        TryDelete(() => File.Delete(Path.Combine(_folder, HolderName)));
        TryDelete(() => File.Delete(Path.Combine(_folder, LockName)));
        _file.Dispose();
        foreach (string made in _madeFolders)
            TryDelete(() => Directory.Delete(made));
    }

    private static IEnumerable<string> Ancestry(string folder)
    {
        for (string? path = folder; path is not null; path = Path.GetDirectoryName(path))
            yield return path;
    }

    private static void TryDelete(Action delete)
    {
        try
        {
            delete();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A folder that is not empty stays, and so does what another run has taken meanwhile.
        }
    }

    /// <summary>Writes down who holds the lock.</summary>
    private RunLock Announce()
    {
        try
        {
            using Process process = Process.GetCurrentProcess();
            string started = process.StartTime.ToUniversalTime().ToString("u", CultureInfo.InvariantCulture);
            AtomicFile.WriteAllText(
                Path.Combine(_folder, HolderName),
                JsonSerializer.Serialize(new Holder(Environment.ProcessId, Environment.MachineName, started)));
            return this;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The lock's own file cannot be read while it is held, so its holder is named in a file beside it.</summary>
    private static string DescribeHolder(string folder)
    {
        try
        {
            Holder? holder = JsonSerializer.Deserialize<Holder>(File.ReadAllText(Path.Combine(folder, HolderName)));
            return holder is null ? "another run" : $"process {holder.ProcessId} on {holder.Host}, started {holder.Started},";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return "another run";
        }
    }

    private sealed record Holder(int ProcessId, string Host, string Started);
}
