namespace BertMLNet;

/// <summary>Makes folders and remembers which of them were not there before, so that a failed write can take them away again.</summary>
internal sealed class MadeFolders
{
    private readonly Stack<string> _made = [];

    /// <summary>Makes a folder and what it lies in.</summary>
    public void Make(string folder)
    {
        var missing = new Stack<string>();
        for (string? place = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)); place is not null && !Directory.Exists(place); place = Path.GetDirectoryName(place))
            missing.Push(place);
        foreach (string place in missing)
        {
            Directory.CreateDirectory(place);
            _made.Push(place);
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
