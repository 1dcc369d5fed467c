using System.Security.Cryptography;
using System.Text;
using BertMLNet.Modeling;

namespace BertMLNet;

/// <summary>A model folder as a saved pipeline remembers it: where it lay, and what was in it.</summary>
/// <param name="Path">The path as it was given, which may be relative.</param>
/// <param name="FullPath">The absolute path at the time.</param>
/// <param name="Fingerprint">SHA-256 over the files that scoring reads; see <see cref="FingerprintOf"/>.</param>
internal sealed record ModelReference(string Path, string FullPath, string Fingerprint)
{
    public static ModelReference To(string path) => new(path, System.IO.Path.GetFullPath(path), FingerprintOf(path));

    /// <summary>The files of a model folder that scoring reads, as paths inside it with '/', sorted.</summary>
    /// <exception cref="BertMLNetException">The folder is not a model folder.</exception>
    public static IReadOnlyList<string> FilesOf(string folder)
    {
        ModelFolder model = ModelFolder.Open(folder);
        string[] roots = [model.ConfigPath, model.VocabularyPath, model.TokenizerPath, model.TokenizerConfigPath, model.SpecialTokensMapPath];
        string graphs = System.IO.Path.GetDirectoryName(model.OnnxPath)!;
        IEnumerable<string> all = roots.Where(File.Exists);
        if (Directory.Exists(graphs))
            all = all.Concat(Directory.EnumerateFiles(graphs));
        return [.. all.Select(file => System.IO.Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];
    }

    /// <summary>Finds the folder again: under the path as given, from the current or the application's folder, or where it lay.</summary>
    /// <exception cref="BertMLNetException">The folder is nowhere to be found, or what is there is another model.</exception>
    public string Resolve()
    {
        string[] candidates = [System.IO.Path.GetFullPath(Path), System.IO.Path.Combine(AppContext.BaseDirectory, Path), FullPath];
        string[] present = [.. candidates.Distinct().Where(Directory.Exists)];
        foreach (string candidate in present)
        {
            if (FingerprintOf(candidate) == Fingerprint)
                return candidate;
        }
        throw new BertMLNetException(present.Length == 0
            ? $"{FullPath}: the model folder of the saved pipeline is not there; put it back, or save with BertPipeline.Save, which packs it."
            : $"{present[0]}: holds another model than the pipeline was saved with; put that one back, or save with BertPipeline.Save, which packs it.");
    }

    private static string FingerprintOf(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 16];
        foreach (string file in FilesOf(folder))
        {
            using FileStream stream = File.OpenRead(System.IO.Path.Combine(folder, file));
            // Name and length go in too, so that no two folders run together to the same bytes.
            hash.AppendData(Encoding.UTF8.GetBytes($"{file}\n{stream.Length}\n"));
            for (int read; (read = stream.Read(buffer)) > 0;)
                hash.AppendData(buffer.AsSpan(0, read));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
