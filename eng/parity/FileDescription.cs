using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace BertMLNet.Parity;

/// <summary>Says what is in a file: texts as they are, weights tensor by tensor, the rest as a hash.</summary>
internal static class FileDescription
{
    /// <summary>Stands before every hash.</summary>
    public const string HashMark = "sha256:";

    private const int MostLines = 1500;
    private const int MostColumns = 2000;

    /// <summary>Appends what is in a file, a line at least.</summary>
    public static void Append(StringBuilder text, string path, Normalizer normalizer)
    {
        byte[] bytes = File.ReadAllBytes(path);
        string extension = Path.GetExtension(path);
        if (Path.GetFileName(path).Contains(".tfevents."))
            text.Append($"| {bytes.Length} bytes\n");
        else if (extension == ".safetensors" && TensorFiles.Safetensors(bytes) is { } tensors)
            AppendText(text, tensors);
        else if (extension == ".ckpt" && TensorFiles.TrainingState(bytes) is { } state)
            AppendText(text, normalizer.Normalize(state));
        else if (extension == ".zip")
            AppendText(text, Entries(bytes));
        else if (!bytes.AsSpan().Contains((byte)0))
            AppendText(text, normalizer.Normalize(Encoding.UTF8.GetString(bytes)));
        else
            text.Append($"| {bytes.Length} bytes, {Hash(bytes)}\n");
    }

    /// <summary>Appends a text, each line behind a bar; of a long one, the beginning and a hash.</summary>
    public static void AppendText(StringBuilder text, string content)
    {
        string[] lines = content.Split('\n');
        bool ends = lines[^1].Length == 0;
        int count = ends ? lines.Length - 1 : lines.Length;
        foreach (string line in lines.Take(Math.Min(count, MostLines)))
            text.Append(line.Length == 0 ? "|" : "| ").Append(Cut(line)).Append('\n');
        if (count > MostLines)
            text.Append($"… {count} lines in all, {Hash(Encoding.UTF8.GetBytes(content))}\n");
        if (!ends && count > 0)
            text.Append("(no line feed at the end)\n");
    }

    /// <summary>A hash as it is written down.</summary>
    public static string Hash(ReadOnlySpan<byte> bytes) => HashMark + Convert.ToHexStringLower(SHA256.HashData(bytes))[..24];

    private static string Cut(string line) =>
        line.Length <= MostColumns ? line : $"{line[..MostColumns]}… {line.Length} characters, {Hash(Encoding.UTF8.GetBytes(line))}";

    private static string Entries(byte[] bytes)
    {
        try
        {
            using var zip = new ZipArchive(new MemoryStream(bytes));
            return string.Concat(zip.Entries.OrderBy(entry => entry.FullName, StringComparer.Ordinal).Select(Describe));
        }
        catch (InvalidDataException)
        {
            return $"{bytes.Length} bytes, {Hash(bytes)}\n";
        }
    }

    private static string Describe(ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        using var content = new MemoryStream();
        stream.CopyTo(content);
        // A transformer's state of ours holds the model folder's absolute path, encoded.
        return entry.Name == "Model.key" ? $"{entry.FullName}\n" : $"{entry.FullName}: {content.Length} bytes, {Hash(content.ToArray())}\n";
    }
}
