namespace BertMLNet.Tokenization;

/// <summary>Added tokens as a tokenizer's files name them one by one, and the vocabulary with those that it lacks behind its last id.</summary>
internal sealed class AddedTokenList(Vocabulary vocabulary)
{
    private readonly List<AddedToken> _tokens = [];
    private readonly HashSet<string> _contents = new(StringComparer.Ordinal);
    private readonly List<string> _appended = [];
    private readonly Dictionary<string, int> _appendedIds = new(StringComparer.Ordinal);

    public IReadOnlyList<AddedToken> Tokens => _tokens;

    public Vocabulary Vocabulary => _appended.Count == 0 ? vocabulary : new Vocabulary([.. vocabulary.Tokens, .. _appended]);

    /// <summary>Reads a token's fields but for its id; where it is not said, it is looked for in the <paramref name="normalized"/> text or not.</summary>
    public static AddedToken Read(JsonPart node, int id, bool normalized) =>
        new(node.String("content") ?? throw node.Error("there is no 'content'"), id)
        {
            Special = node.Boolean("special") ?? false,
            SingleWord = node.Boolean("single_word") ?? false,
            LeftStrip = node.Boolean("lstrip") ?? false,
            RightStrip = node.Boolean("rstrip") ?? false,
            Normalized = node.Boolean("normalized") ?? normalized,
        };

    /// <summary>Adds a token whose id <paramref name="node"/> tells: that of the vocabulary, or else the next one.</summary>
    /// <exception cref="BertMLNetException">It has another id.</exception>
    public void Add(JsonPart node, AddedToken token)
    {
        int expected = IdOf(token.Content);
        if (expected != token.Id)
            throw node.Error($"the id of the added token '{token.Content}' is {token.Id}; by the vocabulary, or as the next one, it is {expected}");
        _tokens.Add(token);
        _contents.Add(token.Content);
    }

    /// <summary>Adds a token of which no id is told, unless it is there.</summary>
    public void Add(AddedToken token)
    {
        if (_contents.Add(token.Content))
            _tokens.Add(token with { Id = IdOf(token.Content) });
    }

    private int IdOf(string content)
    {
        if (vocabulary.TryGetId(content, out int id) || _appendedIds.TryGetValue(content, out id))
            return id;
        id = vocabulary.Count + _appended.Count;
        _appendedIds.Add(content, id);
        _appended.Add(content);
        return id;
    }
}
