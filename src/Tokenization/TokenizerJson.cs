using System.Text.Json;

namespace BertMLNet.Tokenization;

/// <summary>
/// What a Hugging Face <c>tokenizer.json</c> says, if it describes a BERT tokenizer: WordPiece, BertNormalizer,
/// BertPreTokenizer and the template of [CLS] and [SEP]. Anything else is refused by name, never approximated.
/// Settings for truncation and padding are left to the caller of the tokenizer.
/// </summary>
internal sealed record TokenizerJson(Vocabulary Vocabulary, BertNormalizer Normalizer, WordPieceTokenizerOptions Options)
{
    /// <summary>Reads the file; the names of the padding and mask tokens, which it does not tell, are <paramref name="names"/>'s.</summary>
    /// <exception cref="TokenizationException">The file is damaged or describes another kind of tokenizer.</exception>
    public static TokenizerJson Read(string path, SpecialTokens names)
    {
        using var file = JsonFile.Read(path, Vocabulary.MaxFileBytes);
        var root = file.Root;
        var model = root["model"] ?? throw root.Error("there is no 'model'; a Hugging Face tokenizer.json is expected");
        // Files written before the models were tagged have no type; only WordPiece has this prefix in them.
        bool likeWordPiece = model["continuing_subword_prefix"] is not null && model["merges"] is null;
        string kind = model.String("type") ?? (likeWordPiece ? "WordPiece" : "unknown");
        if (kind != "WordPiece")
            throw model.Error($"the model is '{kind}'; only WordPiece is supported");
        var normalizer = ReadNormalizer(Typed(root, "normalizer", "BertNormalizer"));
        Typed(root, "pre_tokenizer", "BertPreTokenizer");
        if (root["decoder"] is not null)
            Typed(root, "decoder", "WordPiece");

        var tokens = ReadVocabulary(model);
        var added = root["added_tokens"] is { } list ? ReadAddedTokens(list, tokens) : [];
        var (classification, separator) = TokenizerTemplate.Read(root, tokens);
        return new TokenizerJson(new Vocabulary(tokens), normalizer, new WordPieceTokenizerOptions
        {
            SpecialTokens = names with
            {
                Unknown = model.String("unk_token") ?? SpecialTokens.Default.Unknown,
                Classification = classification,
                Separator = separator,
            },
            AddedTokens = added,
            ContinuingSubwordPrefix = model.String("continuing_subword_prefix") ?? "##",
            MaxInputCharsPerWord = model.Integer("max_input_chars_per_word") ?? 100,
        });
    }

    /// <summary>The value of a member that must be an object of a certain type.</summary>
    private static JsonPart Typed(JsonPart root, string name, string type)
    {
        var node = root[name] ?? throw root.Error($"there is no '{name}'; {type} is expected");
        string? found = node.String("type");
        return found == type ? node : throw node.Error($"the type is '{found}'; only {type} is supported");
    }

    private static BertNormalizer ReadNormalizer(JsonPart node) => new()
    {
        CleanText = node.Boolean("clean_text") ?? true,
        HandleChineseChars = node.Boolean("handle_chinese_chars") ?? true,
        StripAccents = node.Boolean("strip_accents"),
        Lowercase = node.Boolean("lowercase") ?? true,
    };

    /// <summary>The tokens in the order of their ids, which must run from 0 without gaps.</summary>
    private static List<string> ReadVocabulary(JsonPart model)
    {
        var node = model["vocab"] ?? throw model.Error("there is no 'vocab'");
        // A token may stand there twice, as it may in vocab.txt.
        var ids = new List<(string Token, int Id)>(capacity: 1 << 15);
        foreach (var (token, value) in node.Members())
            ids.Add((token, value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int id) ? id : -1));
        var tokens = new List<string>(ids.Count);
        foreach (var (token, id) in ids.OrderBy(entry => entry.Id))
        {
            if (id != tokens.Count)
                throw node.Error($"the id of '{token}' is {id}, not {tokens.Count}; ids must run from 0 to {ids.Count - 1}, each once");
            tokens.Add(token);
        }
        return tokens;
    }

    /// <summary>The added tokens; those behind the vocabulary's last id are appended to <paramref name="tokens"/>.</summary>
    private static List<AddedToken> ReadAddedTokens(JsonPart list, List<string> tokens)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int id = 0; id < tokens.Count; id++)
            ids[tokens[id]] = id;
        var added = new List<AddedToken>();
        foreach (var node in list.Items())
        {
            string content = node.String("content") ?? throw node.Error("there is no 'content'");
            int id = node.Integer("id") ?? throw node.Error("there is no 'id'");
            if (ids.TryAdd(content, tokens.Count))
                tokens.Add(content);
            if (ids[content] != id)
                throw node.Error($"the id of the added token '{content}' is {id}; by the vocabulary, or as the next one, it is {ids[content]}");
            added.Add(new AddedToken(content, id)
            {
                Special = node.Boolean("special") ?? false,
                SingleWord = node.Boolean("single_word") ?? false,
                LeftStrip = node.Boolean("lstrip") ?? false,
                RightStrip = node.Boolean("rstrip") ?? false,
                Normalized = node.Boolean("normalized") ?? false,
            });
        }
        return added;
    }
}
