using System.Globalization;

namespace BertMLNet.Tokenization;

public sealed partial class Vocabulary
{
    /// <summary>The most bytes of a file that is read.</summary>
    internal const int MaxFileBytes = 128 << 20;

    /// <summary>Reads <c>vocab.txt</c>: one token a line, UTF-8, its id the number of the line from 0.</summary>
    /// <exception cref="BertMLNetException">The file cannot be read, is too large, empty or not UTF-8.</exception>
    public static Vocabulary Load(string path)
    {
        var bytes = BoundedFile.Read(path, MaxFileBytes).Span;
        var tokens = new List<string>(capacity: bytes.Length / 8);
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOf((byte)'\n');
            var line = end < 0 ? bytes : bytes[..end];
            tokens.Add(BoundedFile.Decode(line, path, tokens.Count + 1).TrimEnd());
            bytes = end < 0 ? [] : bytes[(end + 1)..];
        }
        if (tokens.Count == 0)
            throw new BertMLNetException($"{path}: the file is empty; a vocabulary has one token a line");
        return new Vocabulary(tokens);
    }

    /// <summary>
    /// Writes <c>vocab.txt</c>, whole or not at all: one token a line, UTF-8, lines ended by a line feed. In the place of a token
    /// with a line break, which <c>tokenizer.json</c> alone can hold, stands a space and its id.
    /// </summary>
    /// <exception cref="BertMLNetException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        AtomicFile.Write(path, Write);
    }

    /// <summary>Writes the tokens as <c>vocab.txt</c> has them.</summary>
    internal void Write(Stream stream)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        for (int id = 0; id < _tokens.Length; id++)
        {
            // A second line would shift all later ids; no word matches a text with a space.
            bool breaks = _tokens[id].AsSpan().ContainsAny('\r', '\n');
            writer.WriteLine(breaks ? string.Create(CultureInfo.InvariantCulture, $" {id}") : _tokens[id]);
        }
    }
}
