namespace BertMLNet;

/// <summary>A folder for models that the library itself writes; a temporary one is deleted when nobody needs it any more.</summary>
internal sealed class WorkFolder(string? keptFolder) : IDisposable
{
    /// <summary>The folder.</summary>
    public string Path { get; } = keptFolder ?? Directory.CreateTempSubdirectory("bertmlnet-").FullName;

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
