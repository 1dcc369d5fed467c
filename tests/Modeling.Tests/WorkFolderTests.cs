using BertMLNet.TestKit;

namespace BertMLNet.Modeling.Tests;

public sealed class WorkFolderTests : IDisposable
{
    /// <summary>No process has such a number.</summary>
    private const string Dead = "bertmlnet-2147483646-";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Folders_of_dead_processes_are_deleted_and_no_others()
    {
        Make($"{Dead}abc");
        Make($"{Dead}held");
        Make($"bertmlnet-{Environment.ProcessId}-abc");
        Make("bertmlnet-demo-1");
        Directory.CreateDirectory(_folder[$"{Dead}without-lock"]);

        using (new FileStream(_folder[$"{Dead}held/lock"], FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            WorkFolder.Sweep(_folder.Path);

        Assert.Equal(
            new[] { $"{Dead}held", $"{Dead}without-lock", $"bertmlnet-{Environment.ProcessId}-abc", "bertmlnet-demo-1" }.Order(StringComparer.Ordinal),
            Directory.GetDirectories(_folder.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_temporary_folder_names_its_process_and_goes_with_the_object()
    {
        string path;
        using (var folder = new WorkFolder(keptFolder: null))
        {
            path = folder.Path;
            Assert.Empty(Directory.GetFileSystemEntries(path));
            Assert.StartsWith($"bertmlnet-{Environment.ProcessId}-", Path.GetFileName(Path.GetDirectoryName(path)!), StringComparison.Ordinal);
        }
        Assert.False(Directory.Exists(Path.GetDirectoryName(path)));
    }

    private void Make(string name)
    {
        Directory.CreateDirectory(_folder[$"{name}/model"]);
        File.WriteAllText(_folder[$"{name}/lock"], "");
        File.WriteAllText(_folder[$"{name}/model/config.json"], "{}");
    }
}
