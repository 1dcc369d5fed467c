namespace BertMLNet.TestKit;

/// <summary>Real data that lies beside the repository for development and CI, and that a user does not have.</summary>
public static class SharedData
{
    private static readonly string? Root = Find();

    /// <summary>The path of a file or folder of the shared data; the calling test is skipped where there is none.</summary>
    public static string PathOf(params string[] parts)
    {
        if (Root is null)
            Assert.Skip("the shared data folder is absent (set BERTMLNET_SHARED, or put it beside the repository)");
        string path = Path.Combine([Root, .. parts]);
        if (!Path.Exists(path))
            Assert.Skip($"'{string.Join('/', parts)}' is not in the shared data folder");
        return path;
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("BERTMLNET_SHARED") is { Length: > 0 } named)
            return Directory.Exists(named) ? named : null;
        string beside = Path.Combine(Repository.Root, "..", "shared");
        return Directory.Exists(beside) ? Path.GetFullPath(beside) : null;
    }
}
