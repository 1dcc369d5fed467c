using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace BertMLNet.Tokenization;

/// <summary>The tokens that a model knows, numbered from 0. A <c>tokenizer.json</c> may leave ids out: these have no token.</summary>
public sealed class Vocabulary
{
    private readonly string[] _tokens;
    private readonly Dictionary<string, int> _ids;
    private readonly HashSet<int> _gaps;

    /// <summary>Numbers the tokens by their order. Where a token stands twice, the later number is its id, as with Hugging Face.</summary>
    public Vocabulary(IEnumerable<string> tokens)
        : this([.. tokens ?? throw new ArgumentNullException(nameof(tokens))], [])
    {
    }

    private Vocabulary(string[] tokens, HashSet<int> gaps)
    {
        (_tokens, _gaps) = (tokens, gaps);
        _ids = new Dictionary<string, int>(_tokens.Length, StringComparer.Ordinal);
        for (int id = 0; id < _tokens.Length; id++)
        {
            if (!gaps.Contains(id))
                _ids[_tokens[id]] = id;
        }
    }

    /// <summary>A vocabulary in which ids without a token are null.</summary>
    internal static Vocabulary WithGaps(string?[] tokens) => new(
        [.. tokens.Select(token => token ?? "")], [.. Enumerable.Range(0, tokens.Length).Where(id => tokens[id] is null)]);

    /// <summary>The same with further tokens behind the last.</summary>
    internal Vocabulary With(IReadOnlyList<string> further) => further.Count == 0 ? this : new([.. _tokens, .. further], _gaps);

    /// <summary>The number of tokens, and the first number that is no id.</summary>
    public int Count => _tokens.Length;

    /// <summary>Every token, by id; empty where an id has none.</summary>
    public ReadOnlySpan<string> Tokens => _tokens;

    /// <summary>The text of a token; empty where the id has none.</summary>
    public string this[int id] => _tokens[id];

    /// <summary>Finds the id of a token.</summary>
    public bool TryGetId(string token, out int id) => _ids.TryGetValue(token, out id);

    /// <summary>Finds the text of a token.</summary>
    public bool TryGetToken(int id, [NotNullWhen(true)] out string? token)
    {
        token = (uint)id < (uint)_tokens.Length && !_gaps.Contains(id) ? _tokens[id] : null;
        return token is not null;
    }

    /// <summary>The most bytes of a file that is read.</summary>
    internal const int MaxFileBytes = 128 << 20;

    /// <summary>The most tokens of a vocabulary that is read: as many as a configuration may name.</summary>
    internal const int MostTokens = 1 << 22;

    // What is built from a vocabulary takes some 70 bytes a character; published ones have less than 6 million.
    private const int MostTokenCharacters = 10_000;
    private const int MostCharacters = 1 << 24;

    /// <summary>Refuses a vocabulary that takes more memory than any model's needs.</summary>
    /// <exception cref="BertMLNetException">It has too many tokens, or too long ones.</exception>
    internal void RequireUsualSize(string path)
    {
        long characters = 0;
        foreach (string token in _tokens)
        {
            characters += token.Length;
            if (token.Length > MostTokenCharacters || characters > MostCharacters || _tokens.Length > MostTokens)
            {
                throw new BertMLNetException(
                    $"{path}: no vocabulary: one has at most {MostTokens} tokens of at most {MostTokenCharacters} characters, "
                    + $"{MostCharacters} in all; take the model's own file.");
            }
        }
    }

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
            if (tokens.Count == MostTokens)
                throw new BertMLNetException($"{path}: no vocabulary: one has at most {MostTokens} tokens; take the model's own file.");
            tokens.Add(SmallFile.Decode(line, path, tokens.Count + 1).TrimEnd());
            bytes = end < 0 ? [] : bytes[(end + 1)..];
        }
        if (tokens.Count == 0)
            throw new BertMLNetException($"{path}: the file is empty; a vocabulary has one token a line");
        var vocabulary = new Vocabulary(tokens);
        vocabulary.RequireUsualSize(path);
        return vocabulary;
    }

    /// <summary>
    /// Writes <c>vocab.txt</c>, whole or not at all: one token a line, UTF-8, lines ended by a line feed. In the place of a token
    /// with a line break, and of an id without a token, both of which <c>tokenizer.json</c> alone can hold, stands a space and the id.
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
            bool breaks = _gaps.Contains(id) || _tokens[id].AsSpan().ContainsAny('\r', '\n');
            writer.WriteLine(breaks ? string.Create(CultureInfo.InvariantCulture, $" {id}") : _tokens[id]);
        }
    }
}
