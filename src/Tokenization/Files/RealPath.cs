namespace BertMLNet;

/// <summary>Where a path leads once links are followed: two paths may name one file.</summary>
internal static class RealPath
{
    /// <summary>The absolute path, with every link on the way followed; what does not exist stays as it is named.</summary>
    /// <exception cref="IOException">Links lead in a circle.</exception>
    public static string Of(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(full) is not { } parent)
            return full;
        string place = Path.Combine(Of(parent), Path.GetFileName(full));
        FileSystemInfo entry = Directory.Exists(place) ? new DirectoryInfo(place) : new FileInfo(place);
        return entry.LinkTarget is null ? place : Of(entry.ResolveLinkTarget(returnFinalTarget: true)!.FullName);
    }

    /// <summary>Whether two paths lead to the same place.</summary>
    /// <exception cref="IOException">Links lead in a circle.</exception>
    public static bool Same(string one, string other) => string.Equals(
        Of(one), Of(other), OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);
}
