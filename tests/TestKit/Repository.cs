namespace BertMLNet.TestKit;

/// <summary>Where the repository lies that these tests were built from.</summary>
public static class Repository
{
    /// <summary>The folder that holds <c>BertMLNet.sln</c>.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "BertMLNet.sln")))
                return folder.FullName;
        }
        throw new DirectoryNotFoundException($"No folder above '{AppContext.BaseDirectory}' holds BertMLNet.sln.");
    }
}
