namespace BertMLNet.TestKit;

/// <summary>A new empty folder that is deleted with all it holds when disposed.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("bertmlnet-").FullName;

    /// <summary>The path of <paramref name="name"/> inside the folder.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Deletes all that the folder holds.</summary>
    public void Clear()
    {
        foreach (string folder in Directory.GetDirectories(Path))
            Directory.Delete(folder, recursive: true);
        foreach (string file in Directory.GetFiles(Path))
            File.Delete(file);
    }

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
