using System.Globalization;

namespace BertMLNet.Modeling;

/// <summary>
/// Fills a folder with files that all come into place, or none of them: only a process that is killed between two renamings leaves
/// files of both kinds.
/// </summary>
public static class AtomicFolder
{
    private const string TemporaryPrefix = ".unfinished-";
    private const string Replaced = ".replaced";

    /// <summary>
    /// Lets <paramref name="write"/> fill a temporary folder inside <paramref name="path"/> and moves its files out of it into
    /// place. Where anything fails the temporary folder is deleted, and <paramref name="path"/> is as it was; what a killed run
    /// left of one is deleted first.
    /// </summary>
    /// <exception cref="BertMLNetException">A file or folder cannot be created or written.</exception>
    public static void Write(string path, Action<string> write) => Write(path, write, File.Move);

    /// <summary>The same with another way to move a file.</summary>
    internal static void Write(string path, Action<string> write, Action<string, string> move)
    {
        ArgumentNullException.ThrowIfNull(write);
        // Inside, so that both lie on one disk and moving is renaming.
        string temporary = Path.Combine(path, $"{TemporaryPrefix}{Guid.NewGuid():N}");
        bool isNew = !Directory.Exists(path);
        try
        {
            if (!isNew)
            {
                foreach (string leftOver in Directory.EnumerateDirectories(path, $"{TemporaryPrefix}*"))
                    Discard(leftOver, recursive: true);
            }
            Directory.CreateDirectory(temporary);
            write(temporary);
            MoveFiles(temporary, path, move);
            Discard(temporary, recursive: true);
        }
        catch (Exception exception)
        {
            // Older files that could not be put back are all that is left of them.
            if (!HoldsFiles(Path.Combine(temporary, Replaced)))
                Discard(temporary, recursive: true);
            // Not with what someone else put into it meanwhile.
            if (isNew)
                Discard(path, recursive: false);
            if (exception is IOException or UnauthorizedAccessException)
                throw new BertMLNetException($"{path}: cannot be written: {exception.Message}", exception);
            // Who asked for the folder knows its files by their places in it.
            if (exception is BertMLNetException && exception.Message.Contains(temporary, StringComparison.Ordinal))
                throw new BertMLNetException(exception.Message.Replace(temporary, path, StringComparison.Ordinal), exception);
            throw;
        }
    }

    private static void MoveFiles(string from, string to, Action<string, string> move)
    {
        (string File, string Target)[] moves =
        [
            .. Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Select(file => (file, Path.Combine(to, Path.GetRelativePath(from, file)))),
        ];
        // Whatever could stop a move is found before the first one.
        foreach ((_, string target) in moves)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (Directory.Exists(target))
                throw new BertMLNetException($"{target}: cannot be written: there is a folder of that name.");
        }
        string older = Directory.CreateDirectory(Path.Combine(from, Replaced)).FullName;
        var begun = new Stack<(string Target, string Older)>();
        try
        {
            foreach ((string file, string target) in moves)
            {
                string kept = Path.Combine(older, begun.Count.ToString(CultureInfo.InvariantCulture));
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
            if (HoldsFiles(older))
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

    private static bool HoldsFiles(string folder) => Directory.Exists(folder) && Directory.EnumerateFiles(folder).Any();

    private static void Discard(string folder, bool recursive)
    {
        try
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What cannot be deleted is left; the error that led here is the one to report.
        }
    }
}
