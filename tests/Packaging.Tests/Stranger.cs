using BertMLNet.TestKit;

namespace BertMLNet.Packaging.Tests;

/// <summary>
/// Someone who has the packages and nothing else of the project: an empty folder with a package cache and a <c>nuget.config</c> of
/// its own. Packages of others come from the machine's cache, so that nothing is downloaded a second time.
/// </summary>
internal sealed class Stranger : IDisposable
{
    private readonly PackedProduct _product;
    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<Task<string>> _tool;
    private readonly Lazy<Task<string>> _model;

    public Stranger(PackedProduct product)
    {
        _product = product;
        _tool = new(InstallToolAsync);
        _model = new(TrainModelAsync);
    }

    /// <summary>What is set for every program that is run: its own cache, and no libtorch of the machine.</summary>
    public Dictionary<string, string> Environment => new()
    {
        ["NUGET_PACKAGES"] = _folder["cache"],
        ["RestoreFallbackFolders"] = "",
        ["RestoreAdditionalProjectSources"] = "",
        ["LD_LIBRARY_PATH"] = "",
    };

    /// <summary>The folder that all is done in.</summary>
    public string Folder => _folder.Path;

    /// <summary>The pairs that the model is trained on, after a line with the columns' names.</summary>
    public string Pairs => _folder["pairs.tsv"];

    /// <summary>The command, installed once.</summary>
    public Task<string> ToolAsync() => _tool.Value;

    /// <summary>A model folder that the command made.</summary>
    public Task<string> ModelAsync() => _model.Value;

    /// <summary>Runs the SDK's command in a folder below <see cref="Folder"/>.</summary>
    public Task<DotNetRun> DotNetAsync(string folder, params string[] arguments) => DotNetRun.Of(folder, Environment, arguments);

    /// <summary>Runs the installed command.</summary>
    public async Task<DotNetRun> RunToolAsync(params string[] arguments) => await DotNetRun.OfProgram(await ToolAsync(), Folder, Environment, arguments);

    /// <summary>Makes a program of a console template, some packages and a text.</summary>
    /// <returns>Its folder, with the model and the pairs in it.</returns>
    public async Task<string> CreateAppAsync(string name, string program, params string[] packages)
    {
        string app = _folder[name];
        WriteConfig();
        (await DotNetAsync(Folder, "new", "console", "--output", app, "--no-restore")).Succeeded();
        foreach (string package in packages)
            (await DotNetAsync(app, "add", "package", package)).Succeeded();
        await File.WriteAllTextAsync(Path.Combine(app, "Program.cs"), program);
        CopyFolder(await ModelAsync(), Path.Combine(app, "model"));
        File.Copy(Pairs, Path.Combine(app, "pairs.tsv"));
        return app;
    }

    /// <summary>Builds a program, which must give no warning, and runs it.</summary>
    public async Task<DotNetRun> BuildAndRunAsync(string app)
    {
        DotNetRun built = (await DotNetAsync(app, "build", "--nologo", "-tl:off")).Succeeded();
        Assert.Contains("0 Warning(s)", built.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(": warning", built.Output, StringComparison.OrdinalIgnoreCase);
        return await DotNetAsync(app, "run", "--no-build");
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string> InstallToolAsync()
    {
        WriteConfig();
        (await DotNetAsync(Folder, "tool", "install", PackedProduct.ToolName, "--tool-path", _folder["tools"])).Succeeded();
        return Path.Combine(_folder["tools"], OperatingSystem.IsWindows() ? "bertmlnet.exe" : "bertmlnet");
    }

    private async Task<string> TrainModelAsync()
    {
        File.WriteAllLines(
            Pairs,
            Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? "red box\tred ball\tsame" : "red box\tblue ball\tdifferent").Prepend("sentence1\tsentence2\tlabel"));
        (await RunToolAsync("train", "--task", "pair", "--model", "bertmlnet-mini-en", "--train", Pairs, "--output", "model", "--epochs", "1")).Succeeded();
        return _folder["model"];
    }

    private void WriteConfig()
    {
        string machine = System.Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        File.WriteAllText(_folder["nuget.config"], $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="packed" value="{_product.Folder}" />
                <add key="machine" value="{machine}" />
              </packageSources>
              <fallbackPackageFolders>
                <clear />
              </fallbackPackageFolders>
            </configuration>
            """);
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
