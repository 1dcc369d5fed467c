namespace BertMLNet;

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
