namespace BertMLNet;

/// <summary>A folder that a model is read from: one that stays, or a temporary one that is deleted with the object.</summary>
/// <param name="keptFolder">The folder that stays; null for a new temporary one.</param>
internal sealed class WorkFolder(string? keptFolder) : IDisposable
{
    /// <summary>The folder.</summary>
    public string Path { get; } = keptFolder ?? Directory.CreateTempSubdirectory("bertmlnet-").FullName;

    /// <summary>Deletes the folder where it is temporary.</summary>
    public void Dispose()
    {
        if (keptFolder is not null)
            return;
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A file still open elsewhere is left to the system's own cleaning of temporary files.
        }
    }
}
