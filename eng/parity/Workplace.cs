namespace BertMLNet.Parity;

/// <summary>
/// The folder in which all cases run. Every path in a command line is relative to it, so that it may lie anywhere:
/// <c>in/</c> is what this program generates, <c>models/</c>, <c>states/</c> and the like what the recorded build wrote,
/// <c>out/CASE/</c> what a case writes.
/// </summary>
internal sealed class Workplace : IDisposable
{
    private readonly bool _temporary;

    private Workplace(string folder, bool temporary, ParityOptions options)
    {
        Folder = folder;
        Options = options;
        _temporary = temporary;
    }

    /// <summary>Where it lies.</summary>
    public string Folder { get; }

    /// <summary>What is to be done.</summary>
    public ParityOptions Options { get; }

    /// <summary>The folder for temporary files of the commands, which is to be empty in the end.</summary>
    public string Temporary => this["tmp"];

    /// <summary>The absolute path of something in it.</summary>
    public string this[string path] => Path.Combine(Folder, path);

    /// <summary>Makes the folder with its inputs.</summary>
    public static Workplace Create(ParityOptions options)
    {
        string folder = options.Work ?? Directory.CreateTempSubdirectory("bertmlnet-parity-").FullName;
        if (options.Work is not null && Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new IOException($"{folder} is not empty");
        var place = new Workplace(folder, options.Work is null, options);
        foreach (string name in new[] { "in", "out", "tmp", "home" })
            Directory.CreateDirectory(place[name]);
        Inputs.Write(place);
        return place;
    }

    /// <summary>Copies a file or a folder.</summary>
    public static void Copy(string from, string to)
    {
        if (File.Exists(from))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(from, to, overwrite: true);
            File.SetAttributes(to, FileAttributes.Normal);
            return;
        }
        Directory.CreateDirectory(to);
        foreach (string entry in Directory.EnumerateFileSystemEntries(from))
            Copy(entry, Path.Combine(to, Path.GetFileName(entry)));
    }

    /// <summary>Deletes the folder where it is a temporary one.</summary>
    public void Dispose()
    {
        if (_temporary)
            Directory.Delete(Folder, recursive: true);
    }
}
