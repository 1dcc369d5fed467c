using System.Text.Encodings.Web;
using System.Text.Json;

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
        WriteJson(Path.Combine(folder, TokenizerFiles.Tokenizer), WriteTokenizer);
        WriteJson(Path.Combine(folder, TokenizerFiles.Configuration), json => WriteConfiguration(json, modelMaxLength));
        WriteJson(Path.Combine(folder, TokenizerFiles.SpecialTokens), WriteSpecialTokens);
    }

    private static void WriteJson(string path, Action<Utf8JsonWriter> write) => AtomicFile.Write(path, stream =>
    {
        using var json = new Utf8JsonWriter(stream, Readable);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
    });

    private void WriteTokenizer(Utf8JsonWriter json)
    {
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        json.WriteStartArray("added_tokens");
        foreach (var token in AddedTokens.OrderBy(token => token.Id))
            WriteAddedToken(json, token);
        json.WriteEndArray();

        json.WriteStartObject("normalizer");
        json.WriteString("type", "BertNormalizer");
        json.WriteBoolean("clean_text", _normalizer.CleanText);
        json.WriteBoolean("handle_chinese_chars", _normalizer.HandleChineseChars);
        WriteBooleanOrNull(json, "strip_accents", _normalizer.StripAccents);
        json.WriteBoolean("lowercase", _normalizer.Lowercase);
        json.WriteEndObject();

        json.WriteStartObject("pre_tokenizer");
        json.WriteString("type", "BertPreTokenizer");
        json.WriteEndObject();

        WritePostProcessor(json);

        json.WriteStartObject("decoder");
        json.WriteString("type", "WordPiece");
        json.WriteString("prefix", ContinuingSubwordPrefix);
        json.WriteBoolean("cleanup", value: true);
        json.WriteEndObject();

        json.WriteStartObject("model");
        json.WriteString("type", "WordPiece");
        json.WriteString("unk_token", SpecialTokens.Unknown);
        json.WriteString("continuing_subword_prefix", ContinuingSubwordPrefix);
        json.WriteNumber("max_input_chars_per_word", MaxInputCharsPerWord);
        json.WriteStartObject("vocab");
        // Of a token that stands twice the later id counts; a name may stand in an object once.
        for (int id = 0; id < Vocabulary.Count; id++)
        {
            if (Vocabulary.TryGetToken(id, out string? token) && Vocabulary.TryGetId(token, out int known) && known == id)
                json.WriteNumber(token, id);
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteAddedToken(Utf8JsonWriter json, AddedToken token)
    {
        json.WriteStartObject();
        json.WriteNumber("id", token.Id);
        json.WriteString("content", token.Content);
        json.WriteBoolean("single_word", token.SingleWord);
        json.WriteBoolean("lstrip", token.LeftStrip);
        json.WriteBoolean("rstrip", token.RightStrip);
        json.WriteBoolean("normalized", token.Normalized);
        json.WriteBoolean("special", token.Special);
        json.WriteEndObject();
    }

    private void WritePostProcessor(Utf8JsonWriter json)
    {
        json.WriteStartObject("post_processor");
        json.WriteString("type", "TemplateProcessing");
        string classification = SpecialTokens.Classification;
        string separator = SpecialTokens.Separator;
        ReadOnlySpan<(string Kind, string Id, int TypeId)> pair =
        [
            ("SpecialToken", classification, 0), ("Sequence", "A", 0), ("SpecialToken", separator, 0), ("Sequence", "B", 1),
            ("SpecialToken", separator, 1),
        ];
        WritePieces(json, "single", pair[..3]);
        WritePieces(json, "pair", pair);
        json.WriteStartObject("special_tokens");
        foreach (var (token, id) in new[] { (classification, ClassificationTokenId), (separator, SeparatorTokenId) }.Distinct())
        {
            json.WriteStartObject(token);
            json.WriteString("id", token);
            json.WriteStartArray("ids");
            json.WriteNumberValue(id);
            json.WriteEndArray();
            json.WriteStartArray("tokens");
            json.WriteStringValue(token);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WritePieces(Utf8JsonWriter json, string name, ReadOnlySpan<(string Kind, string Id, int TypeId)> pieces)
    {
        json.WriteStartArray(name);
        foreach (var (kind, id, typeId) in pieces)
        {
            json.WriteStartObject();
            json.WriteStartObject(kind);
            json.WriteString("id", id);
            json.WriteNumber("type_id", typeId);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private void WriteConfiguration(Utf8JsonWriter json, int? modelMaxLength)
    {
        json.WriteString("tokenizer_class", "BertTokenizer");
        json.WriteBoolean("do_lower_case", _normalizer.Lowercase);
        WriteBooleanOrNull(json, "strip_accents", _normalizer.StripAccents);
        json.WriteBoolean("tokenize_chinese_chars", _normalizer.HandleChineseChars);
        if (modelMaxLength is { } length)
            json.WriteNumber("model_max_length", length);
        WriteSpecialTokens(json);
    }

    private void WriteSpecialTokens(Utf8JsonWriter json)
    {
        json.WriteString("unk_token", SpecialTokens.Unknown);
        json.WriteString("sep_token", SpecialTokens.Separator);
        json.WriteString("pad_token", SpecialTokens.Padding);
        json.WriteString("cls_token", SpecialTokens.Classification);
        if (MaskTokenId is not null)
            json.WriteString("mask_token", SpecialTokens.Mask);
    }

    private static void WriteBooleanOrNull(Utf8JsonWriter json, string name, bool? value)
    {
        if (value is { } known)
            json.WriteBoolean(name, known);
        else
            json.WriteNull(name);
    }
}
