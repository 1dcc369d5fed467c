namespace BertMLNet.Tokenization;

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
    public const int MaxConfigurationBytes = 4 << 20;
}
