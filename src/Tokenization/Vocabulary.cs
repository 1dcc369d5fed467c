using System.Diagnostics.CodeAnalysis;

namespace BertMLNet.Tokenization;

/// <summary>The tokens that a model knows, numbered from 0 without gaps.</summary>
public sealed partial class Vocabulary
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
}
