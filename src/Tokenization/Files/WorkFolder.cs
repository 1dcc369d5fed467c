using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace BertMLNet;

/// <summary>
/// A folder that a model is read from: one that stays, or a temporary one that is deleted with the object, at the end of the process
/// where nobody disposed of it, or by a later process where this one was killed.
/// </summary>
internal sealed class WorkFolder : IDisposable
{
    private const string Prefix = "bertmlnet-";
    private const string LockName = "lock";

    /// <summary>The temporary folders of this process, each with the file that is locked as long as it lives.</summary>
    private static readonly ConcurrentDictionary<string, FileStream> Open = new();

    private static readonly Lazy<bool> Swept = new(() =>
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            foreach (string left in Open.Keys)
                Delete(left);
        };
        Sweep(System.IO.Path.GetTempPath());
        return true;
    });

    private readonly string? _temporary;

    /// <summary>Names a folder, or makes a temporary one.</summary>
    /// <param name="keptFolder">The folder that stays; null for a new temporary one.</param>
    public WorkFolder(string? keptFolder)
    {
        if (keptFolder is not null)
        {
            Path = keptFolder;
            return;
        }
        _ = Swept.Value;
        _temporary = Directory.CreateTempSubdirectory(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-")).FullName;
        Open[_temporary] = new FileStream(
            System.IO.Path.Combine(_temporary, LockName), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        Path = Directory.CreateDirectory(System.IO.Path.Combine(_temporary, "model")).FullName;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Deletes the folder where it is temporary.</summary>
    public void Dispose()
    {
        if (_temporary is not null)
            Delete(_temporary);
    }

    /// <summary>Deletes the temporary folders of processes that are no more.</summary>
    /// <param name="folder">What they lie in.</param>
    internal static void Sweep(string folder)
    {
        try
        {
            foreach (string left in Directory.EnumerateDirectories(folder, $"{Prefix}*-*"))
            {
                string id = System.IO.Path.GetFileName(left)[Prefix.Length..].Split('-')[0];
                if (int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int process) && !Lives(process) && IsFree(left))
                    Directory.Delete(left, recursive: true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Somebody else's, or deleted meanwhile: it is in nobody's way.
        }
    }

    private static bool Lives(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>
    /// Whether nobody holds a folder's lock: a container may share the temporary folder and not the numbers of processes.
    /// </summary>
    private static bool IsFree(string folder)
    {
        try
        {
            using var file = new FileStream(
                System.IO.Path.Combine(folder, LockName), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Delete(string folder)
    {
        if (!Open.TryRemove(folder, out FileStream? held))
            return;
        try
        {
            held.Dispose();
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A file still open elsewhere is left to a later process.
        }
    }
}
