using System.IO.Compression;
using BertMLNet.TestKit;

namespace BertMLNet.Tokenization.Tests;

/// <summary>A folder for the texts of one test.</summary>
internal sealed class TextFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Path => _folder.Path;

    public string this[string name] => _folder[name];

    public TextSource Write(string name, string text, int weight = 1) => Write(name, System.Text.Encoding.UTF8.GetBytes(text), weight);

    public TextSource Write(string name, byte[] bytes, int weight = 1)
    {
        string path = _folder[name];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return new TextSource(path, weight);
    }

    public static byte[] Compress(string text)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest))
            gzip.Write(System.Text.Encoding.UTF8.GetBytes(text));
        return bytes.ToArray();
    }

    public void Dispose() => _folder.Dispose();
}
