using System.Globalization;
using System.Text.Json;

namespace BertMLNet.Tokenization;

/// <summary>
/// Finds the added tokens of a tokenizer that has no <c>tokenizer.json</c>, by the rules of Hugging Face's library: those of
/// <c>tokenizer_config.json</c> by their ids, or else of <c>added_tokens.json</c>, and behind them further special tokens.
/// </summary>
internal static class AddedTokenFiles
{
    private const string Further = "additional_special_tokens";
    private const string ById = "added_tokens_decoder";

    /// <summary>The added tokens beside <paramref name="path"/>, the special ones among them, and the vocabulary with those that it lacks.</summary>
    /// <exception cref="BertMLNetException">A file is damaged, or an id is neither the vocabulary's nor the next one.</exception>
    public static AddedTokenList ReadBeside(string path, Vocabulary vocabulary, SpecialTokens names)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".";
        using var configuration = Open(folder, TokenizerFiles.Configuration);
        using var map = Open(folder, TokenizerFiles.SpecialTokens);
        using var older = Open(folder, TokenizerFiles.AddedTokens);
        var further = ReadFurther(configuration?.Root[Further] ?? map?.Root[Further]);
        HashSet<string> special = [.. names.All, .. further.Select(token => token.Content)];

        IEnumerable<(JsonPart Node, AddedToken Token)> told = configuration?.Root[ById] is { } byId
            ? byId.Children().Select(entry => (entry.Value, AddedTokenById(entry.Name, entry.Value, special)))
            : older is not null
            ? older.Root.Children().Select(entry => (entry.Value, AddedTokenByName(entry.Name, entry.Value, special)))
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

    private static JsonFile? Open(string folder, string name) => JsonFile.ReadIfPresent(Path.Combine(folder, name), TokenizerFiles.MaxConfigurationBytes);

    private static AddedToken AddedTokenById(string key, JsonPart node, HashSet<string> special)
    {
        if (!int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            throw node.Error("the name is no id; a whole number is expected");
        if (node.Kind != JsonValueKind.Object)
            throw node.Error("an object { … } is expected");
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
