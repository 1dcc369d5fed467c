using System.Text.Json;

namespace BertMLNet.Tokenization;

/// <summary>What <c>tokenizer_config.json</c> and <c>special_tokens_map.json</c> say of a BERT tokenizer.</summary>
internal sealed record TokenizerConfiguration(BertNormalizer Normalizer, SpecialTokens SpecialTokens)
{
    /// <summary>
    /// Reads the two files that lie beside <paramref name="path"/>, where there are any. A vocabulary is read with
    /// <paramref name="onlyBert"/>, because it does not tell by itself what kind of tokenizer it is for.
    /// </summary>
    /// <exception cref="TokenizationException">A file is damaged or names another kind of tokenizer.</exception>
    public static TokenizerConfiguration ReadBeside(string path, bool onlyBert)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".";
        var normalizer = new BertNormalizer();
        var tokens = SpecialTokens.Default;
        using (var map = JsonFile.ReadIfPresent(Path.Combine(folder, TokenizerFiles.SpecialTokens), TokenizerFiles.MaxConfigurationBytes))
        {
            if (map is not null)
                tokens = Tokens(map.Root, tokens);
        }
        using var file = JsonFile.ReadIfPresent(Path.Combine(folder, TokenizerFiles.Configuration), TokenizerFiles.MaxConfigurationBytes);
        if (file is null)
            return new TokenizerConfiguration(normalizer, tokens);
        var root = file.Root;
        if (onlyBert && root.String("tokenizer_class") is { } kind && kind is not ("BertTokenizer" or "BertTokenizerFast"))
            throw root.Error($"the tokenizer_class is '{kind}'; only BertTokenizer and BertTokenizerFast are supported");
        normalizer = new BertNormalizer
        {
            Lowercase = root.Boolean("do_lower_case") ?? true,
            StripAccents = root.Boolean("strip_accents"),
            HandleChineseChars = root.Boolean("tokenize_chinese_chars") ?? true,
        };
        return new TokenizerConfiguration(normalizer, Tokens(root, tokens));
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
