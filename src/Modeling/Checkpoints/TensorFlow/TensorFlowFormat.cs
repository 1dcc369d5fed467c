using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;

namespace BertMLNet.Modeling;

/// <summary>Recognises TensorFlow checkpoints: an index, the prefix of one, or a folder that holds one.</summary>
internal sealed partial class TensorFlowFormat : ICheckpointFormat
{
    private const string Extension = ".index";
    private const long LargestState = 1 << 16;

    public string Files => "bert_model.ckpt.index";

    public ICheckpoint? TryOpen(string path)
    {
        if (Directory.Exists(path))
            return FindPrefix(path) is { } found ? TensorFlowCheckpoint.Open(found) : null;
        if (path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) && File.Exists(path) || EndsAsTable(path))
        {
            return path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase)
                ? TensorFlowCheckpoint.Open(path[..^Extension.Length])
                : throw new BertMLNetException($"{path}: is a TensorFlow checkpoint's index, but its name does not end in {Extension}.");
        }
        return File.Exists(path + Extension) ? TensorFlowCheckpoint.Open(path) : null;
    }

    /// <summary>The checkpoint that the folder's state file names, or else its only one, or else a SavedModel's variables.</summary>
    private static string? FindPrefix(string folder)
    {
        string state = Path.Combine(folder, "checkpoint");
        // Other tools have a file of this name, too.
        if (new FileInfo(state) is { Exists: true, Length: <= LargestState })
        {
            Match latest = LatestCheckpoint().Match(Encoding.UTF8.GetString(SmallFile.ReadAllBytes(state, LargestState)));
            // The state names the folder that the checkpoint was written to; the files may have moved, this file with them.
            if (latest.Success && Path.Combine(folder, Path.GetFileName(latest.Groups["path"].Value)) is var named && File.Exists(named + Extension))
                return named;
        }
        string[] all = [.. Directory.EnumerateFiles(folder, "*" + Extension).Where(IsIndex).Select(file => file[..^Extension.Length])];
        if (all.Length > 1)
            throw new BertMLNetException($"{folder}: holds {all.Length} TensorFlow checkpoints; name one, such as {all.Order(StringComparer.Ordinal).Last()}.");
        if (all.Length == 1)
            return all[0];
        string variables = Path.Combine(folder, "variables", "variables");
        return File.Exists(variables + Extension) ? variables : null;
    }

    /// <summary>Whether an index is TensorFlow's: it ends as one, or the data lie beside it, and then its end is damaged.</summary>
    private static bool IsIndex(string path) =>
        EndsAsTable(path) || Directory.EnumerateFiles(Path.GetDirectoryName(path)!, $"{Path.GetFileNameWithoutExtension(path)}.data-*-of-*").Any();

    private static bool EndsAsTable(string path)
    {
        Span<byte> end = stackalloc byte[8];
        return FileStart.TryReadEnd(path, end) && BinaryPrimitives.ReadUInt64LittleEndian(end) == LevelTable.Magic;
    }

    [GeneratedRegex("""^[ \t]*model_checkpoint_path:[ \t]*"(?<path>[^"\n]*)"[ \t\r]*$""", RegexOptions.Multiline | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LatestCheckpoint();
}
