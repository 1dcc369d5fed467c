using System.Globalization;
using System.Text.Json;

namespace BertMLNet.Tokenization;

/// <summary>
/// A token that is found in the text as it is written, before the text is split into words; the fields are those of
/// <c>added_tokens</c> in Hugging Face's <c>tokenizer.json</c>.
/// </summary>
/// <param name="Content">The text of the token.</param>
/// <param name="Id">Its id in the vocabulary.</param>
public sealed record AddedToken(string Content, int Id)
{
    /// <summary>Whether it is a special token, such as [SEP], which decoding can leave out.</summary>
    public bool Special { get; init; }

    /// <summary>Whether it is only found where no letter or digit touches it.</summary>
    public bool SingleWord { get; init; }

    /// <summary>Whether it takes the whitespace before it.</summary>
    public bool LeftStrip { get; init; }

    /// <summary>Whether it takes the whitespace behind it.</summary>
    public bool RightStrip { get; init; }

    /// <summary>Whether it is looked for in the normalized text instead of the original.</summary>
    public bool Normalized { get; init; }
}

/// <summary>
/// Added tokens as a tokenizer's files name them one by one, and the vocabulary with those that it lacks behind its last id.
/// </summary>
internal sealed class AddedTokenList(Vocabulary vocabulary)
{
    private readonly List<AddedToken> _tokens = [];
    private readonly HashSet<string> _contents = new(StringComparer.Ordinal);
    private readonly List<string> _appended = [];
    private readonly Dictionary<string, int> _appendedIds = new(StringComparer.Ordinal);

    public IReadOnlyList<AddedToken> Tokens => _tokens;

    public Vocabulary Vocabulary => vocabulary.With(_appended);

    /// <summary>
    /// Reads a token's fields but for its id; where it is not said, it is looked for in the <paramref name="normalized"/> text or not.
    /// </summary>
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
            throw node.Error(
                $"the id of the added token '{token.Content}' is {token.Id}; by the vocabulary, or as the next one, it is {expected}");
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

/// <summary>
/// Finds the added tokens of a tokenizer that has no <c>tokenizer.json</c>, by the rules of Hugging Face's library: those of
/// <c>tokenizer_config.json</c> by their ids, or else of <c>added_tokens.json</c>, and behind them further special tokens.
/// </summary>
internal static class AddedTokenFiles
{
    private const string Further = "additional_special_tokens";
    private const string ById = "added_tokens_decoder";

    /// <summary>
    /// The added tokens beside <paramref name="path"/>, the special ones among them, and the vocabulary with those that it lacks.
    /// </summary>
    /// <exception cref="BertMLNetException">A file is damaged, or an id is neither the vocabulary's nor the next one.</exception>
    public static AddedTokenList ReadBeside(string path, Vocabulary vocabulary, SpecialTokens names)
    {
        using var configuration = TokenizerFiles.OpenBeside(path, TokenizerFiles.Configuration);
        using var map = TokenizerFiles.OpenBeside(path, TokenizerFiles.SpecialTokens);
        using var older = TokenizerFiles.OpenBeside(path, TokenizerFiles.AddedTokens);
        var further = ReadFurther(configuration?.Root[Further] ?? map?.Root[Further]);
        HashSet<string> special = [.. names.All, .. further.Select(token => token.Content)];

        IEnumerable<(JsonPart Node, AddedToken Token)> told = configuration?.Root[ById] is { } byId
            ? byId.Members().Select(entry => (entry.Value, AddedTokenById(entry.Name, entry.Value, special)))
            : older is not null
            ? older.Root.Members().Select(entry => (entry.Value, AddedTokenByName(entry.Name, entry.Value, special)))
            : [];
        var added = new AddedTokenList(vocabulary);
        foreach (var (node, token) in told.OrderBy(entry => entry.Token.Id))
            added.Add(node, token);
        // One that no file has is not made up: the tokenizer refuses a vocabulary without it.
        foreach (string name in names.All.Where(name => vocabulary.TryGetId(name, out _)))
            added.Add(new AddedToken(name, Id: 0) { Special = true });
        foreach (var token in further)
            added.Add(token);
        return added;
    }

    private static AddedToken AddedTokenById(string key, JsonPart node, HashSet<string> special)
    {
        if (!int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            throw node.Error("the name is no id; a whole number is expected");
        if (node.Kind != JsonValueKind.Object)
            throw node.Wrong("an object { … }");
        var token = AddedTokenList.Read(node, id, normalized: node.Boolean("special") != true);
        return token with { Special = token.Special || special.Contains(token.Content) };
    }

    private static AddedToken AddedTokenByName(string content, JsonPart id, HashSet<string> special)
    {
        bool isSpecial = special.Contains(content);
        return new AddedToken(content, id.AsInteger()) { Special = isSpecial, Normalized = !isSpecial };
    }

    /// <summary>Special tokens beyond BERT's own, each as text or as an object.</summary>
    private static List<AddedToken> ReadFurther(JsonPart? list) =>
        [.. (list?.Items() ?? []).Select(node => node.Kind == JsonValueKind.Object
            ? AddedTokenList.Read(node, id: 0, normalized: false) with { Special = true }
            : new AddedToken(node.AsString(), Id: 0) { Special = true })];
}
