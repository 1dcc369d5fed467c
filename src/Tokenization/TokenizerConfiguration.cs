using System.Text.Json;

namespace BertMLNet.Tokenization;

/// <summary>What <c>tokenizer_config.json</c> and <c>special_tokens_map.json</c> say of a BERT tokenizer.</summary>
/// <param name="SpecialTokens">How the special tokens are spelled.</param>
internal sealed record TokenizerConfiguration(SpecialTokens SpecialTokens)
{
    private bool? Lowercase { get; init; }

    private bool? HandleChineseChars { get; init; }

    private bool SetsAccents { get; init; }

    private bool? StripAccents { get; init; }

    /// <summary>
    /// Reads the two files that lie beside <paramref name="path"/>, where there are any. A vocabulary is read with
    /// <paramref name="onlyBert"/>, because it does not tell by itself what kind of tokenizer it is for.
    /// </summary>
    /// <exception cref="BertMLNetException">A file is damaged or names another kind of tokenizer.</exception>
    public static TokenizerConfiguration ReadBeside(string path, bool onlyBert)
    {
        using var map = TokenizerFiles.OpenBeside(path, TokenizerFiles.SpecialTokens);
        using var file = TokenizerFiles.OpenBeside(path, TokenizerFiles.Configuration);
        var tokens = map is null ? SpecialTokens.Default : Tokens(map.Root, SpecialTokens.Default);
        if (file is null)
            return new TokenizerConfiguration(tokens);
        var root = file.Root;
        bool isBert = root.String("tokenizer_class") is null or "BertTokenizer" or "BertTokenizerFast";
        if (onlyBert && !isBert)
            throw root.Error(
                $"the tokenizer_class is '{root.String("tokenizer_class")}'; only BertTokenizer and BertTokenizerFast are supported");
        var configuration = new TokenizerConfiguration(Tokens(root, tokens));
        if (isBert)
            RefuseOtherSplitting(root, configuration.SpecialTokens);
        // Other classes take their normalizer from tokenizer.json as it is.
        return !isBert ? configuration : configuration with
        {
            Lowercase = root.Boolean("do_lower_case"),
            HandleChineseChars = root.Boolean("tokenize_chinese_chars"),
            // Here null is a value, too.
            SetsAccents = root.Has("strip_accents"),
            StripAccents = root.Boolean("strip_accents"),
        };
    }

    /// <summary>
    /// The most tokens of a sequence that the configuration in a folder names (<c>model_max_length</c>, in old files
    /// <c>max_len</c>); null where it names none, or a number beyond all models, which stands for none.
    /// </summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="least">The fewest tokens that make sense.</param>
    /// <exception cref="BertMLNetException">The file is damaged, or names fewer.</exception>
    public static int? MaxLengthIn(string folder, int least)
    {
        using var file = TokenizerFiles.Open(folder, TokenizerFiles.Configuration);
        string name = file?.Root["model_max_length"] is null ? "max_len" : "model_max_length";
        if (file?.Root.Double(name) is not { } length || length > int.MaxValue)
            return null;
        return length >= least
            ? (int)length
            : throw file.Root[name]!.Wrong($"a number of {least} tokens or more, or none");
    }

    /// <summary>
    /// The normalizer of <c>tokenizer.json</c>, or the default one, with what the configuration sets: it counts, as with
    /// <c>BertTokenizerFast</c>.
    /// </summary>
    public BertNormalizer Configured(BertNormalizer normalizer) => new()
    {
        CleanText = normalizer.CleanText,
        Lowercase = Lowercase ?? normalizer.Lowercase,
        StripAccents = SetsAccents ? StripAccents : normalizer.StripAccents,
        HandleChineseChars = HandleChineseChars ?? normalizer.HandleChineseChars,
    };

    /// <summary>
    /// Refuses what Hugging Face's slow tokenizer alone knows, and the fast one, with which this one agrees, passes over.
    /// </summary>
    private static void RefuseOtherSplitting(JsonPart root, SpecialTokens special)
    {
        const string Cure = "delete it if the model was trained with BertTokenizerFast, which passes over it, or else take another model";
        if (root.Boolean("do_basic_tokenize") == false)
            throw root["do_basic_tokenize"]!.Error($"text that is not split into words first is not supported; {Cure}");
        // Special tokens are never split anyhow.
        if (root["never_split"] is { } words && words.Items().FirstOrDefault(word => !special.All.Contains(word.AsString())) is { } kept)
            throw kept.Error($"words that are never split, such as '{kept.AsString()}', are not supported; {Cure}");
    }

    private static SpecialTokens Tokens(JsonPart root, SpecialTokens defaults) => new()
    {
        Unknown = Token(root, "unk_token") ?? defaults.Unknown,
        Classification = Token(root, "cls_token") ?? defaults.Classification,
        Separator = Token(root, "sep_token") ?? defaults.Separator,
        Padding = Token(root, "pad_token") ?? defaults.Padding,
        Mask = Token(root, "mask_token") ?? defaults.Mask,
    };

    /// <summary>A token stands as text, or as an object with its text under <c>content</c>.</summary>
    private static string? Token(JsonPart root, string name) =>
        root[name] is { Kind: JsonValueKind.Object } token ? token.String("content") : root.String(name);
}

/// <summary>The names of a tokenizer's files in a model folder.</summary>
internal static class TokenizerFiles
{
    public const string Vocabulary = "vocab.txt";
    public const string Tokenizer = "tokenizer.json";
    public const string Configuration = "tokenizer_config.json";
    public const string SpecialTokens = "special_tokens_map.json";

    /// <summary>Written by the first versions of Hugging Face's library; later ones have it in the configuration.</summary>
    public const string AddedTokens = "added_tokens.json";

    /// <summary>The most bytes of each file but the vocabulary and <c>tokenizer.json</c> that are read.</summary>
    private const int MaxConfigurationBytes = 4 << 20;

    /// <summary>One of the other files in a folder; null where it is not there.</summary>
    public static JsonFile? Open(string folder, string name) => JsonFile.ReadIfPresent(Path.Combine(folder, name), MaxConfigurationBytes);

    /// <summary>The same in the folder of a vocabulary or a <c>tokenizer.json</c>.</summary>
    public static JsonFile? OpenBeside(string path, string name) => Open(Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".", name);
}
