namespace BertMLNet.Parity.Cases;

/// <summary>What is left when all is done: nothing of temporary files, and every input and model as it was.</summary>
internal static class EndCases
{
    public static void AddTo(CaseList list)
    {
        list.Add("end/temporary-files", Stage.End, run =>
        {
            foreach (string folder in new[] { "tmp", "home" })
            {
                foreach (string entry in Directory.EnumerateFileSystemEntries(run.Place[folder], "*",
                    SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                    run.Note(Path.GetRelativePath(run.Place.Folder, entry));
            }
            return Task.CompletedTask;
        });
        list.Add("end/inputs", Stage.End, run =>
        {
            foreach (string folder in new[] { "in", "models", "states", "pipelines" }.Where(folder => Directory.Exists(run.Place[folder])))
            {
                foreach (string file in Directory.EnumerateFiles(run.Place[folder], "*",
                    SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                {
                    // Where a run was interrupted differs from record to record.
                    string name = Path.GetRelativePath(run.Place.Folder, file);
                    if (folder == "in")
                        run.Note($"{name} {FileDescription.Hash(File.ReadAllBytes(file))}");
                    else if (folder != "states")
                        run.Note(name);
                }
            }
            return Task.CompletedTask;
        });
    }
}
