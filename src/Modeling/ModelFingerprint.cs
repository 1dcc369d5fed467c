using System.Security.Cryptography;
using System.Text;

namespace BertMLNet.Modeling;

/// <summary>Tells models apart by what their files hold, wherever they lie and whatever they are called.</summary>
internal static class ModelFingerprint
{
    /// <summary>A hash of configuration, tokenizer and the one graph with its weights: other graphs may come and go.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="graph">The graph as a path inside it; null for none.</param>
    /// <exception cref="BertMLNetException">The folder is not a model folder.</exception>
    public static string Of(string folder, string? graph)
    {
        IEnumerable<string> read = TokenizerFilesOf(ModelFolder.Open(folder));
        if (graph is not null && Path.Combine(folder, graph) is var path && File.Exists(path))
            read = read.Concat(Directory.EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + "*"));

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 16];
        foreach (string file in Whole(folder, read))
        {
            RegularFile.Require(Path.Combine(folder, file));
            using FileStream stream = File.OpenRead(Path.Combine(folder, file));
            // Name and length go in too, so that no two folders run together to the same bytes.
            hash.AppendData(Encoding.UTF8.GetBytes($"{file}\n{stream.Length}\n"));
            for (int length; (length = stream.Read(buffer)) > 0;)
                hash.AppendData(buffer.AsSpan(0, length));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The files of a model folder that say how texts become tokens and vectors, and the configuration.</summary>
    public static IEnumerable<string> TokenizerFilesOf(ModelFolder model) =>
        new[] { model.ConfigPath, model.VocabularyPath, model.TokenizerPath, model.TokenizerConfigPath, model.SpecialTokensMapPath }
            .Concat(SentenceTransformerFiles.All.Select(file => Path.Combine(model.FolderPath, file)))
            .Where(File.Exists);

    /// <summary>The files as paths inside the folder with '/', sorted, without what a killed process left.</summary>
    public static IReadOnlyList<string> Whole(string folder, IEnumerable<string> files) =>
    [
        .. files.Where(file => !file.EndsWith(".tmp", StringComparison.Ordinal))
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Where(name => !AtomicFolder.IsUnfinished(name))
            .Order(StringComparer.Ordinal),
    ];
}
