namespace BertMLNet.TestKit;

/// <summary>A folder that nobody but root can look into, as <c>lost+found</c> at the root of a disk; it can be deleted again once it is disposed.</summary>
public sealed class ClosedFolder : IDisposable
{
    private readonly string _path;

    public ClosedFolder(string path)
    {
        _path = Directory.CreateDirectory(path).FullName;
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_path, UnixFileMode.None);
    }

    /// <summary>Whether a folder can be closed to this process.</summary>
    public static bool IsPossible => !OperatingSystem.IsWindows() && !Environment.IsPrivilegedProcess;

    public void Dispose()
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
