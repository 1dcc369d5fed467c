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
    /// <exception cref="BertMLNetException">The file is damaged or describes another kind of tokenizer.</exception>
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

        var added = new AddedTokenList(ReadVocabulary(model));
        foreach (var node in root["added_tokens"]?.Items() ?? [])
            added.Add(node, AddedTokenList.Read(node, node.Integer("id") ?? throw node.Error("there is no 'id'"), normalized: false));
        var vocabulary = added.Vocabulary;
        var (classification, separator) = TokenizerTemplate.Read(root, vocabulary);
        return new TokenizerJson(vocabulary, normalizer, new WordPieceTokenizerOptions
        {
            SpecialTokens = names with
            {
                Unknown = model.String("unk_token") ?? SpecialTokens.Default.Unknown,
                Classification = classification,
                Separator = separator,
            },
            AddedTokens = added.Tokens,
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

    /// <summary>The tokens by id. Ids may be left out; a token that stands there twice has the later id, as it has in vocab.txt.</summary>
    private static Vocabulary ReadVocabulary(JsonPart model)
    {
        var node = model["vocab"] ?? throw model.Error("there is no 'vocab'");
        if (node.Kind != JsonValueKind.Object)
            throw node.Wrong("an object { … }");
        var ids = new Dictionary<string, int>(node.MemberCount, StringComparer.Ordinal);
        foreach (var (token, value) in node.Members())
        {
            ids[token] = value.AsLong() is { } id and >= 0 and < Vocabulary.MostTokens
                ? (int)id
                : throw node.Error($"the id of '{token}' is {value.RawText}; ids run from 0 to {Vocabulary.MostTokens - 1}");
        }
        string?[] tokens = new string?[ids.Count == 0 ? 0 : ids.Values.Max() + 1];
        foreach (var (token, id) in ids)
        {
            if (tokens[id] is { } other)
                throw node.Error($"the id {id} is that of '{other}' and of '{token}'; each token needs its own");
            tokens[id] = token;
        }
        return Vocabulary.WithGaps(tokens);
    }
}

/// <summary>The post-processor of a <c>tokenizer.json</c>: [CLS] A [SEP], with a pair [CLS] A [SEP] B [SEP].</summary>
internal static class TokenizerTemplate
{
    /// <summary>The names of the classification and the separator token.</summary>
    /// <exception cref="BertMLNetException">The post-processor is another one, or its ids are not the vocabulary's.</exception>
    public static (string Classification, string Separator) Read(JsonPart root, Vocabulary vocabulary)
    {
        var node = root["post_processor"]
            ?? throw root.Error("there is no 'post_processor'; TemplateProcessing or BertProcessing is expected");
        return node.String("type") switch
        {
            "BertProcessing" => (ReadPair(node, "cls", vocabulary), ReadPair(node, "sep", vocabulary)),
            "TemplateProcessing" => ReadTemplate(node, vocabulary),
            var kind => throw node.Error($"the type is '{kind}'; only TemplateProcessing and BertProcessing are supported"),
        };
    }

    /// <summary>A token as BertProcessing has it: its text and its id.</summary>
    private static string ReadPair(JsonPart node, string name, Vocabulary vocabulary)
    {
        var pair = node[name] ?? throw node.Error($"there is no '{name}'");
        var items = pair.Items();
        if (items.Count != 2)
            throw pair.Error("a token and its id are expected");
        return Checked(pair, items[0].AsString(), items[1].AsInteger(), vocabulary);
    }

    private static (string Classification, string Separator) ReadTemplate(JsonPart node, Vocabulary vocabulary)
    {
        var single = Pieces(node, "single");
        var pair = Pieces(node, "pair");
        string classification = single.Count > 0 ? single[0].Id : "";
        string separator = single.Count > 2 ? single[2].Id : "";
        Piece[] expected =
        [
            new("SpecialToken", classification, 0), new("Sequence", "A", 0), new("SpecialToken", separator, 0),
            new("Sequence", "B", 1), new("SpecialToken", separator, 1),
        ];
        if (!single.SequenceEqual(expected.Take(3)) || !pair.SequenceEqual(expected))
            throw node.Error("the template is not BERT's, [CLS] A [SEP] and [CLS] A [SEP] B [SEP] with the type ids 0 and 1");
        return (SpecialToken(node, classification, vocabulary), SpecialToken(node, separator, vocabulary));
    }

    private static List<Piece> Pieces(JsonPart node, string name)
    {
        var list = node[name] ?? throw node.Error($"there is no '{name}'");
        var pieces = new List<Piece>();
        foreach (var item in list.Items())
        {
            string kind = item["SpecialToken"] is not null ? "SpecialToken" : "Sequence";
            var piece = item[kind] ?? throw item.Error("a SpecialToken or a Sequence is expected");
            pieces.Add(new Piece(kind, piece.String("id") ?? "", piece.Integer("type_id") ?? 0));
        }
        return pieces;
    }

    /// <summary>Checks that a special token of the template stands for one token of the vocabulary.</summary>
    private static string SpecialToken(JsonPart node, string name, Vocabulary vocabulary)
    {
        var token = node["special_tokens"]?[name] ?? throw node.Error($"there is no 'special_tokens.{name}'");
        var ids = (token["ids"] ?? throw token.Error("there are no 'ids'")).Items();
        if (ids.Count != 1)
            throw token.Error($"{ids.Count} ids; one is expected");
        return Checked(token, name, ids[0].AsInteger(), vocabulary);
    }

    private static string Checked(JsonPart node, string token, int id, Vocabulary vocabulary)
    {
        if (vocabulary.TryGetToken(id, out string? known) && known == token)
            return token;
        throw node.Error($"the id {id} is not that of '{token}' in the vocabulary");
    }

    private sealed record Piece(string Kind, string Id, int TypeId);
}
