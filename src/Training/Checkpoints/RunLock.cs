using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>
/// Keeps a second run out of an output folder. The operating system lets go of the lock when the process ends, however
/// it ends, so that nothing has to be cleaned up after a crash.
/// </summary>
public sealed class RunLock : IDisposable
{
    private const string LockName = "run.lock";
    private const string HolderName = "run.json";

    private readonly FileStream _file;

    private RunLock(FileStream file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <param name="folder">The training folder; made where it is missing.</param>
    /// <exception cref="BertMLNetException">Another run holds it, which is named, or the folder cannot be written.</exception>
    public static RunLock Acquire(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        FileStream? file = null;
        try
        {
            Directory.CreateDirectory(folder);
            file = new FileStream(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            WriteHolder(folder);
            return new RunLock(file);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new BertMLNetException($"{folder}: cannot be written: {exception.Message}", exception);
        }
        catch (IOException exception) when (file is null && File.Exists(Path.Combine(folder, LockName)))
        {
            throw new BertMLNetException($"{folder}: {DescribeHolder(folder)} is training into this folder; wait for it to end or choose another output.", exception);
        }
        catch (IOException exception)
        {
            throw new BertMLNetException($"{folder}: cannot be written: {exception.Message}", exception);
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    /// <summary>Lets go of the lock.</summary>
    public void Dispose() => _file.Dispose();

    private static void WriteHolder(string folder)
    {
        using Process process = Process.GetCurrentProcess();
        AtomicFile.WriteAllText(
            Path.Combine(folder, HolderName),
            JsonSerializer.Serialize(new Holder(
                Environment.ProcessId, Environment.MachineName, process.StartTime.ToUniversalTime().ToString("u", CultureInfo.InvariantCulture))));
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
