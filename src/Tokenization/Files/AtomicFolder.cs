using System.Text.Json;

namespace BertMLNet;

/// <summary>
/// A folder whose files come into place together or not at all, whenever a process is killed. New files are first written to a folder
/// inside it. Then a journal that lists them is put beside them, by one renaming: from there on the new files are the folder's, and who
/// opens it next goes on moving them into place where the writer was killed. Before that they are nothing, and the next writer deletes
/// them. One process at a time writes.
/// </summary>
internal sealed class AtomicFolder : IDisposable
{
    private const string WorkName = ".unfinished";
    private const string JournalName = ".journal";
    private const string ReplacedName = ".replaced";
    private const int LongestJournal = 1 << 20;

    /// <summary>So long a reader waits for a writer that is just moving files.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FolderLock _lock;

    private AtomicFolder(FolderLock held) => _lock = held;

    /// <summary>Is told of every step that changes the folder, before it is made; tests look at the folder there.</summary>
    internal static AsyncLocal<Action<string>?> BeforeStep { get; } = new();

    /// <summary>The folder.</summary>
    public string FolderPath => _lock.Folder;

    /// <summary>Takes a folder to write into, and brings to an end what a killed process began.</summary>
    /// <param name="path">The folder; made where it is missing.</param>
    /// <exception cref="BertMLNetException">Another process writes into the folder, or it cannot be written.</exception>
    public static AtomicFolder Open(string path)
    {
        var folder = new AtomicFolder(FolderLock.Acquire(path));
        try
        {
            Recover(path);
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Takes a folder, writes into it and lets it go; see <see cref="Write(Action{string}, IEnumerable{string})"/>.</summary>
    public static void Write(string path, Action<string> write)
    {
        using AtomicFolder folder = Open(path);
        folder.Write(write, []);
    }

    /// <summary>
    /// For who is about to read a folder: moves the files into place that a killed writer has not come to, or waits for a living one
    /// that is about to.
    /// </summary>
    /// <exception cref="BertMLNetException">They cannot be moved.</exception>
    public static void Settle(string path)
    {
        string journal = Path.Combine(path, WorkName, JournalName);
        for (DateTime end = DateTime.UtcNow + Patience; File.Exists(journal);)
        {
            try
            {
                using FolderLock? held = FolderLock.TryAcquire(path);
                if (held is not null)
                {
                    Recover(path);
                    return;
                }
            }
            catch (BertMLNetException exception)
            {
                throw new BertMLNetException(
                    $"{path}: holds a model that was not put into place to its end; open it once where it may be written ({exception.Message})",
                    exception);
            }
            if (DateTime.UtcNow > end)
                throw new BertMLNetException($"{path}: another process is writing into this folder; wait for it to end.");
            Thread.Sleep(20);
        }
    }

    /// <summary>Whether a path inside the folder is one of files that are not in place.</summary>
    public static bool IsUnfinished(string name) => name.Split('/', '\\')[0] == WorkName;

    /// <summary>
    /// Lets <paramref name="write"/> fill a temporary folder and moves its files into place. Where anything fails the folder is as it was.
    /// </summary>
    /// <param name="write">Is given the temporary folder.</param>
    /// <param name="obsolete">Files, by their paths inside the folder, that go where they are not written anew.</param>
    /// <exception cref="BertMLNetException">A file or folder cannot be created or written.</exception>
    public void Write(Action<string> write, IEnumerable<string> obsolete)
    {
        string path = _lock.Folder;
        string work = Path.Combine(path, WorkName);
        try
        {
            Directory.CreateDirectory(work);
            write(work);
            string[] written = [.. Files(work).Select(file => Path.GetRelativePath(work, file))];
            string[] removed = [.. obsolete.Except(written).Where(name => File.Exists(Path.Combine(path, name)))];
            // Whatever could stop a move is found before the first one.
            foreach (string name in written)
            {
                if (Directory.Exists(Place(path, name)))
                    throw new BertMLNetException($"{Place(path, name)}: cannot be written: there is a folder of that name.");
            }
            Step(JournalName);
            AtomicFile.WriteAllText(Path.Combine(work, JournalName), JsonSerializer.Serialize(new Journal(written, removed)));
            Finish(path);
        }
        catch (Exception exception)
        {
            // With a journal in it, it is all that there is of the files.
            if (!File.Exists(Path.Combine(work, JournalName)))
                Discard(work);
            if (exception is IOException or UnauthorizedAccessException)
                throw new BertMLNetException($"{path}: cannot be written: {exception.Message}", exception);
            // Who asked for the folder knows its files by their places in it.
            if (exception is BertMLNetException && exception.Message.Contains(work, StringComparison.Ordinal))
                throw new BertMLNetException(exception.Message.Replace(work, path, StringComparison.Ordinal), exception);
            throw;
        }
    }

    /// <summary>Lets go of the folder.</summary>
    public void Dispose() => _lock.Dispose();

    private static void Recover(string path)
    {
        string work = Path.Combine(path, WorkName);
        try
        {
            if (File.Exists(Path.Combine(work, JournalName)))
                Finish(path);
            else
                Discard(work);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BertMLNetException($"{path}: cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>Moves into place what the journal lists, or, where a file cannot be moved, all of it back.</summary>
    private static void Finish(string path)
    {
        string work = Path.Combine(path, WorkName);
        Journal journal = Journal.Read(Path.Combine(work, JournalName));
        (string New, string Target, string Old)[] written =
            [.. journal.Written.Select(name => (Place(work, name), Place(path, name), Place(Path.Combine(work, ReplacedName), name)))];
        (string Target, string Old)[] removed =
            [.. journal.Removed.Select(name => (Place(path, name), Place(Path.Combine(work, ReplacedName), name)))];
        var folders = new MadeFolders();
        try
        {
            // A file that is not there any more has come into place before.
            foreach ((string file, string target, string old) in written.Where(move => File.Exists(move.New)))
            {
                folders.Make(Path.GetDirectoryName(target)!);
                if (File.Exists(target))
                    Move(target, old);
                Move(file, target);
            }
            foreach ((string target, string old) in removed.Where(move => File.Exists(move.Target)))
                Move(target, old);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            foreach ((string file, string target, string old) in written.Reverse())
            {
                if (!File.Exists(file) && File.Exists(target))
                    Move(target, file);
                if (File.Exists(old))
                    Move(old, target);
            }
            foreach ((string target, string old) in removed.Where(move => File.Exists(move.Old)))
                Move(old, target);
            folders.DeleteEmpty();
            Step("undone");
            File.Delete(Path.Combine(work, JournalName));
            throw;
        }
        Step("done");
        File.Delete(Path.Combine(work, JournalName));
        Discard(work);
    }

    private static void Move(string from, string to)
    {
        Step(to);
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Move(from, to, overwrite: true);
    }

    private static void Step(string what) => BeforeStep.Value?.Invoke(what);

    /// <summary>The place of a file inside a folder, to which no name and no link may lead from inside to outside.</summary>
    private static string Place(string folder, string name)
    {
        string place = Path.Combine(folder, name);
        string real = RealPath.Of(Path.GetDirectoryName(Path.GetFullPath(place))!);
        string inside = Path.TrimEndingDirectorySeparator(RealPath.Of(folder));
        return real == inside || real.StartsWith(inside + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? place
            : throw new BertMLNetException(
                $"{place}: lies outside the model folder, behind a link; files are written to the folder itself.");
    }

    private static string[] Files(string folder) => Directory.GetFiles(folder, "*", SearchOption.AllDirectories);

    private static void Discard(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What cannot be deleted is left to the next writer; an error that led here is the one to report.
        }
    }

    /// <summary>The files of a write, by their paths inside the folder: those to come into place, and those to go.</summary>
    private sealed record Journal(string[] Written, string[] Removed)
    {
        public static Journal Read(string path)
        {
            try
            {
                if (JsonSerializer.Deserialize<Journal>(SmallFile.Read(path, LongestJournal)) is { Written: not null, Removed: not null } journal
                    && !journal.Written.Concat(journal.Removed).Contains(null))
                {
                    return journal;
                }
            }
            catch (JsonException)
            {
                // Said below.
            }
            throw new BertMLNetException($"{path}: not a list of files; delete the folder that it is in, and write the model anew.");
        }
    }
}
