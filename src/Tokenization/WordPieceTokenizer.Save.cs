using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BertMLNet.Tokenization;

public sealed partial class WordPieceTokenizer
{
    private static readonly JsonWriterOptions Readable = new()
    {
        Indented = true,
        NewLine = "\n",
        // The files are read by programs, never pasted into HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>
    /// Writes the tokenizer's files as Hugging Face's libraries read them: <c>vocab.txt</c>, <c>tokenizer.json</c>,
    /// <c>tokenizer_config.json</c> and <c>special_tokens_map.json</c>. Each file is replaced whole or not at all.
    /// </summary>
    /// <param name="folder">The model folder; it is created where it is absent.</param>
    /// <param name="modelMaxLength">The most tokens the model takes (<c>max_position_embeddings</c>), for Python's truncation.</param>
    /// <exception cref="BertMLNetException">A file cannot be written.</exception>
    public void Save(string folder, int? modelMaxLength = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        AtomicFile.Write(Path.Combine(folder, TokenizerFiles.Vocabulary), Vocabulary.Write);
        WriteJson(Path.Combine(folder, TokenizerFiles.Tokenizer), TokenizerContent());
        WriteJson(Path.Combine(folder, TokenizerFiles.Configuration), ConfigurationContent(modelMaxLength));
        WriteJson(Path.Combine(folder, TokenizerFiles.SpecialTokens), WithSpecialTokens([]));
    }

    private static void WriteJson(string path, JsonObject content) => AtomicFile.Write(path, stream =>
    {
        using var json = new Utf8JsonWriter(stream, Readable);
        content.WriteTo(json);
    });

    private JsonObject TokenizerContent() => new()
    {
        ["version"] = "1.0",
        ["truncation"] = null,
        ["padding"] = null,
        ["added_tokens"] = new JsonArray([.. AddedTokens.OrderBy(token => token.Id).Select(AddedTokenContent)]),
        ["normalizer"] = new JsonObject
        {
            ["type"] = "BertNormalizer",
            ["clean_text"] = _normalizer.CleanText,
            ["handle_chinese_chars"] = _normalizer.HandleChineseChars,
            ["strip_accents"] = _normalizer.StripAccents,
            ["lowercase"] = _normalizer.Lowercase,
        },
        ["pre_tokenizer"] = new JsonObject { ["type"] = "BertPreTokenizer" },
        ["post_processor"] = PostProcessorContent(),
        ["decoder"] = new JsonObject { ["type"] = "WordPiece", ["prefix"] = ContinuingSubwordPrefix, ["cleanup"] = true },
        ["model"] = new JsonObject
        {
            ["type"] = "WordPiece",
            ["unk_token"] = SpecialTokens.Unknown,
            ["continuing_subword_prefix"] = ContinuingSubwordPrefix,
            ["max_input_chars_per_word"] = MaxInputCharsPerWord,
            ["vocab"] = new JsonObject(VocabularyContent()),
        },
    };

    private static JsonObject AddedTokenContent(AddedToken token) => new()
    {
        ["id"] = token.Id,
        ["content"] = token.Content,
        ["single_word"] = token.SingleWord,
        ["lstrip"] = token.LeftStrip,
        ["rstrip"] = token.RightStrip,
        ["normalized"] = token.Normalized,
        ["special"] = token.Special,
    };

    private JsonObject PostProcessorContent()
    {
        string classification = SpecialTokens.Classification, separator = SpecialTokens.Separator;
        (string Kind, string Id, int TypeId)[] pair =
        [
            ("SpecialToken", classification, 0), ("Sequence", "A", 0), ("SpecialToken", separator, 0), ("Sequence", "B", 1),
            ("SpecialToken", separator, 1),
        ];
        return new()
        {
            ["type"] = "TemplateProcessing",
            ["single"] = Pieces(pair[..3]),
            ["pair"] = Pieces(pair),
            ["special_tokens"] = new JsonObject
            {
                [classification] = Special(classification, ClassificationTokenId),
                [separator] = Special(separator, SeparatorTokenId),
            },
        };

        static JsonObject Special(string token, int id) => new()
        {
            ["id"] = token,
            ["ids"] = new JsonArray(id),
            ["tokens"] = new JsonArray(token),
        };

        static JsonArray Pieces((string Kind, string Id, int TypeId)[] pieces) => new(
        [
            .. pieces.Select(piece => new JsonObject { [piece.Kind] = new JsonObject { ["id"] = piece.Id, ["type_id"] = piece.TypeId } }),
        ]);
    }

    /// <summary>Of a token that stands twice the later id counts; a name may stand in an object once.</summary>
    private IEnumerable<KeyValuePair<string, JsonNode?>> VocabularyContent()
    {
        for (int id = 0; id < Vocabulary.Count; id++)
        {
            if (Vocabulary.TryGetToken(id, out string? token) && Vocabulary.TryGetId(token, out int known) && known == id)
                yield return new(token, id);
        }
    }

    private JsonObject ConfigurationContent(int? modelMaxLength)
    {
        var content = new JsonObject
        {
            ["tokenizer_class"] = "BertTokenizer",
            ["do_lower_case"] = _normalizer.Lowercase,
            ["strip_accents"] = _normalizer.StripAccents,
            ["tokenize_chinese_chars"] = _normalizer.HandleChineseChars,
        };
        if (modelMaxLength is not null)
            content["model_max_length"] = modelMaxLength;
        return WithSpecialTokens(content);
    }

    private JsonObject WithSpecialTokens(JsonObject content)
    {
        content["unk_token"] = SpecialTokens.Unknown;
        content["sep_token"] = SpecialTokens.Separator;
        content["pad_token"] = SpecialTokens.Padding;
        content["cls_token"] = SpecialTokens.Classification;
        if (MaskTokenId is not null)
            content["mask_token"] = SpecialTokens.Mask;
        return content;
    }
}
