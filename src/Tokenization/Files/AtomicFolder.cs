namespace BertMLNet;

/// <summary>
/// Fills a folder with files that all come into place, or none of them: only a process that is killed between two renamings leaves
/// files of both kinds.
/// </summary>
internal static class AtomicFolder
{
    private const string TemporaryPrefix = ".unfinished-";
    private const string Replaced = ".replaced";

    /// <summary>
    /// Lets <paramref name="write"/> fill a temporary folder inside <paramref name="path"/> and moves its files out of it into
    /// place. Where anything fails the temporary folder is deleted, and <paramref name="path"/> is as it was. What a killed run
    /// left of one is deleted first, and older files that it had taken away are put back.
    /// </summary>
    /// <exception cref="BertMLNetException">
    /// A file or folder cannot be created or written, or a killed run left older files beside those that were to replace them.
    /// </exception>
    public static void Write(string path, Action<string> write) => Write(path, write, File.Move);

    /// <summary>The same with another way to move a file.</summary>
    internal static void Write(string path, Action<string> write, Action<string, string> move)
    {
        ArgumentNullException.ThrowIfNull(write);
        // Inside, so that both lie on one disk and moving is renaming.
        string temporary = Path.Combine(path, $"{TemporaryPrefix}{Guid.NewGuid():N}");
        var folders = new MadeFolders();
        try
        {
            folders.Make(path);
            foreach (string leftOver in Directory.EnumerateDirectories(path, $"{TemporaryPrefix}*"))
                Recover(leftOver, path);
            Directory.CreateDirectory(temporary);
            write(temporary);
            MoveFiles(temporary, path, folders, move);
            Discard(temporary);
        }
        catch (Exception exception)
        {
            // Older files that could not be put back are all that is left of them.
            if (Files(Path.Combine(temporary, Replaced)).Length == 0)
                Discard(temporary);
            folders.DeleteEmpty();
            if (exception is IOException or UnauthorizedAccessException)
                throw new BertMLNetException($"{path}: cannot be written: {exception.Message}", exception);
            // Who asked for the folder knows its files by their places in it.
            if (exception is BertMLNetException && exception.Message.Contains(temporary, StringComparison.Ordinal))
                throw new BertMLNetException(exception.Message.Replace(temporary, path, StringComparison.Ordinal), exception);
            throw;
        }
    }

    /// <summary>Clears what a run left that ended while it wrote. The older files in it may be the only ones there are.</summary>
    private static void Recover(string leftOver, string path)
    {
        string older = Path.Combine(leftOver, Replaced);
        foreach (string kept in Files(older))
        {
            string target = Path.Combine(path, Path.GetRelativePath(older, kept));
            if (!Path.Exists(target))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Move(kept, target);
            }
        }
        // Where no new file is left, each came into place, and what it replaced has had its day.
        int rest = Files(older).Length;
        if (rest > 0 && Files(leftOver).Length > rest)
        {
            throw new BertMLNetException(
                $"{path}: an earlier write ended halfway, and older files of it are in {older}; "
                + $"move back those that you need, then delete {leftOver}.");
        }
        Discard(leftOver);
    }

    private static void MoveFiles(string from, string to, MadeFolders folders, Action<string, string> move)
    {
        string older = Path.Combine(from, Replaced);
        (string File, string Target, string Kept)[] moves =
        [
            .. Files(from).Select(file => Path.GetRelativePath(from, file))
                .Select(name => (Path.Combine(from, name), Path.Combine(to, name), Path.Combine(older, name))),
        ];
        // Whatever could stop a move is found before the first one.
        foreach ((_, string target, string kept) in moves)
        {
            folders.Make(Path.GetDirectoryName(target)!);
            if (Directory.Exists(target))
                throw new BertMLNetException($"{target}: cannot be written: there is a folder of that name.");
            Directory.CreateDirectory(Path.GetDirectoryName(kept)!);
        }
        var begun = new Stack<(string Target, string Kept)>();
        try
        {
            foreach ((string file, string target, string kept) in moves)
            {
                if (File.Exists(target))
                    move(target, kept);
                begun.Push((target, kept));
                move(file, target);
            }
        }
        catch (Exception exception)
        {
            foreach ((string target, string kept) in begun)
                PutBack(kept, target);
            if (Files(older).Length > 0)
                throw new IOException($"{exception.Message}; files that it held cannot be put back and are in {older}", exception);
            throw;
        }
    }

    private static void PutBack(string kept, string target)
    {
        try
        {
            File.Delete(target);
            if (File.Exists(kept))
                File.Move(kept, target);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It stays where it is kept, which is told.
        }
    }

    private static string[] Files(string folder) =>
        Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [];

    private static void Discard(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What cannot be deleted is left; the error that led here is the one to report.
        }
    }
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
