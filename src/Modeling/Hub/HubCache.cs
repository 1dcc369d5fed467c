using System.Text.RegularExpressions;

namespace BertMLNet.Modeling;

/// <summary>
/// The cache that Hugging Face's tools share: <c>models--org--name/blobs/ETAG</c> holds contents, <c>refs/main</c> the
/// commit of a branch, and <c>snapshots/COMMIT/FILE</c> links to the contents.
/// </summary>
internal sealed partial class HubCache(string cacheFolder, string id)
{
    private readonly string _root = Path.Combine(cacheFolder, $"models--{id.Replace("/", "--", StringComparison.Ordinal)}");

    public string Snapshot(string commit) => Path.Combine(_root, "snapshots", RequireName(commit));

    /// <summary>Where the content with this tag is kept.</summary>
    public string Blob(string tag) => Path.Combine(_root, "blobs", RequireName(tag));

    /// <summary>The commit that a branch was last seen at, or the commit itself; null where none is cached.</summary>
    public string? FindCommit(string revision)
    {
        string reference = Path.Combine(_root, "refs", revision);
        try
        {
            string commit = File.Exists(reference) ? File.ReadAllText(reference).Trim() : revision;
            return Name().IsMatch(commit) && Directory.Exists(Snapshot(commit)) ? commit : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BertMLNetException($"{reference}: cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Notes the commit that a branch is at.</summary>
    public void SaveCommit(string revision, string commit)
    {
        if (!string.Equals(revision, commit))
            AtomicFile.WriteAllText(Path.Combine(_root, "refs", revision), commit);
    }

    /// <summary>Makes a content appear in a snapshot, as a link where the system has them, else as a copy.</summary>
    public void Link(string commit, string file, string tag)
    {
        string pointer = Path.Combine(Snapshot(commit), file);
        string blob = Blob(tag);
        string folder = Path.GetDirectoryName(pointer)!;
        Directory.CreateDirectory(folder);
        if (File.Exists(pointer))
            return;
        try
        {
            // A link to a content that is gone exists as a link alone.
            File.Delete(pointer);
            File.CreateSymbolicLink(pointer, Path.GetRelativePath(folder, blob));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            File.Copy(blob, pointer, overwrite: true);
        }
    }

    /// <summary>Names that come from the server become file names: they may hold nothing that leads elsewhere.</summary>
    private static string RequireName(string name) =>
        Name().IsMatch(name)
            ? name
            : throw new BertMLNetException($"The hub gave '{name}' as a commit or content tag, expected letters and digits.");

    [GeneratedRegex("^[A-Za-z0-9-]{1,128}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}

/// <summary>What the hub says of a file before it is downloaded.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Tag">Its content tag: the SHA-256 of a large file, the git blob hash (SHA-1) of a small one.</param>
/// <param name="Size">Its bytes; null where the hub does not say.</param>
internal sealed record HubFile(string Name, string Tag, long? Size);
