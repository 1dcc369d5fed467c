using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace BertMLNet.Tokenization;

/// <summary>The tokens that a model knows, numbered from 0 without gaps.</summary>
public sealed class Vocabulary
{
    private readonly string[] _tokens;
    private readonly Dictionary<string, int> _ids;

    /// <summary>Numbers the tokens by their order. Where a token stands twice, the later number is its id, as with Hugging Face.</summary>
    public Vocabulary(IEnumerable<string> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        _tokens = [.. tokens];
        _ids = new Dictionary<string, int>(_tokens.Length, StringComparer.Ordinal);
        for (int id = 0; id < _tokens.Length; id++)
            _ids[_tokens[id]] = id;
    }

    /// <summary>The number of tokens, and the first number that is no id.</summary>
    public int Count => _tokens.Length;

    /// <summary>Every token, by id.</summary>
    public ReadOnlySpan<string> Tokens => _tokens;

    /// <summary>The text of a token.</summary>
    public string this[int id] => _tokens[id];

    /// <summary>Finds the id of a token.</summary>
    public bool TryGetId(string token, out int id) => _ids.TryGetValue(token, out id);

    /// <summary>Finds the text of a token.</summary>
    public bool TryGetToken(int id, [NotNullWhen(true)] out string? token)
    {
        token = (uint)id < (uint)_tokens.Length ? _tokens[id] : null;
        return token is not null;
    }

    /// <summary>The most bytes of a file that is read.</summary>
    internal const int MaxFileBytes = 128 << 20;

    /// <summary>Reads <c>vocab.txt</c>: one token a line, UTF-8, its id the number of the line from 0.</summary>
    /// <exception cref="BertMLNetException">The file cannot be read, is too large, empty or not UTF-8.</exception>
    public static Vocabulary Load(string path)
    {
        var bytes = SmallFile.ReadText(path, MaxFileBytes);
        var tokens = new List<string>(capacity: bytes.Length / 8);
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOf((byte)'\n');
            var line = end < 0 ? bytes : bytes[..end];
            tokens.Add(SmallFile.Decode(line, path, tokens.Count + 1).TrimEnd());
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
