using BertMLNet.Export;
using BertMLNet.Modeling;

namespace BertMLNet.Cli;

/// <summary>
/// The model folder that a command scores with: the one it is given, or, of a checkpoint that has no graphs, an import that is
/// deleted when the command ends.
/// </summary>
internal sealed class ScoredModel : IDisposable
{
    private readonly WorkFolder _folder;

    private ScoredModel(WorkFolder folder) => _folder = folder;

    /// <summary>The folder.</summary>
    public ModelFolder Folder => ModelFolder.Open(_folder.Path);

    /// <summary>The model in a folder that is as it is to be.</summary>
    public static ScoredModel In(string folder) => new(new WorkFolder(folder));

    /// <summary>Makes the model ready to be scored with the graph that is asked for by name, if any.</summary>
    /// <exception cref="BertMLNetException">The model is missing or damaged, or has no head to score with.</exception>
    public static async Task<ScoredModel> OpenAsync(
        CliTerminal terminal, string path, string? graph, IReadOnlyList<CliTask> tasks, CancellationToken cancellationToken)
    {
        if (graph is not null)
            return In(path);
        ModelFolder source = ModelFolder.Find(path);
        if (new ModelFolder(path).GraphPaths.Any(File.Exists))
            return In(path);
        Head head = source.DetectHead();
        if (!tasks.Any(task => task.Scores(head)))
        {
            string all = string.Join(" nor ", tasks.Select(task => task.DoesAlone));
            BertConfig config = source.LoadConfig();
            string name = config.Architecture ?? config.Encoder.ClassOf(head);
            string known = string.Join(", ", tasks.Select(task => config.Encoder.ClassOf(task.Head)).Distinct());
            throw new BertMLNetException($"{path}: {name} neither {all}, as {known} do; fine-tune it with 'bertmlnet train'.");
        }
        terminal.Notice(
            $"{path} has no ONNX graph; one is made for this run ('bertmlnet import' or 'bertmlnet export' makes one that stays)");
        return await ImportAsync(terminal, path, new ImportOptions(), cancellationToken);
    }

    /// <summary>Imports a model, with its graphs, for this run alone.</summary>
    public static async Task<ScoredModel> ImportAsync(
        CliTerminal terminal, string path, ImportOptions options, CancellationToken cancellationToken)
    {
        var model = new ScoredModel(new WorkFolder(keptFolder: null));
        try
        {
            LoadReport report = await ProgressBar.RunAsync(terminal, "importing", "MB", bar => Task.FromResult(
                ModelImporter.Import(
                    path, new ModelFolder(model._folder.Path), options with { Graphs = new FolderGraphs() }, new TransferBar(bar),
                    cancellationToken)));
            foreach (string remark in report.Remarks)
                terminal.Notice($"warning: {remark}");
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Deletes what was made for this run.</summary>
    public void Dispose() => _folder.Dispose();
}
