using BertMLNet.TestKit;

namespace BertMLNet.Tokenization.Tests;

public sealed class AddedTokenFilesTests : IDisposable
{
    private static readonly int Next = SmallVocabulary.Tokens.Length;

    private readonly TemporaryFolder _folder = new();

    public AddedTokenFilesTests() => File.WriteAllLines(_folder["vocab.txt"], SmallVocabulary.Tokens);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_configuration_names_them_by_id_with_their_flags()
    {
        Write("tokenizer_config.json", $$$"""
            {"added_tokens_decoder": {
              "{{{Next + 1}}}": {"content": "Zed", "single_word": true, "special": false},
              "{{{Next}}}": {"content": "<e>", "lstrip": true, "rstrip": true, "normalized": false, "special": true},
              "4": {"content": "[MASK]", "lstrip": true, "special": true}
            }}
            """);

        var tokenizer = WordPieceTokenizer.Load(_folder.Path);

        Assert.Equal([.. SmallVocabulary.Tokens, "<e>", "Zed"], tokenizer.Vocabulary.Tokens.ToArray());
        Assert.Equal(
            [
                new AddedToken("[MASK]", 4) { Special = true, LeftStrip = true },
                new AddedToken("<e>", Next) { Special = true, LeftStrip = true, RightStrip = true },
                new AddedToken("Zed", Next + 1) { SingleWord = true, Normalized = true },
            ],
            tokenizer.AddedTokens.Where(token => token.Id >= 4));
        Assert.Equal(["[PAD]", "[UNK]", "[CLS]", "[SEP]"], tokenizer.AddedTokens.Select(token => token.Content).Where(name => SmallVocabulary.Id(name) is >= 0 and < 4));
        // The one that is normalized is found in whatever case.
        Assert.Equal([5, Next, 5, Next + 1], tokenizer.Encode("the <e> the ZED").Ids[1..^1]);
    }

    [Fact]
    public void An_older_file_names_them_alone_and_special_ones_are_those_that_another_file_calls_so()
    {
        Write("added_tokens.json", $$"""{"Zed": {{Next + 1}}, "<e>": {{Next}}, "the": 5}""");
        Write("special_tokens_map.json", """{"additional_special_tokens": ["<e>", {"content": "<last>", "rstrip": true}]}""");

        var tokenizer = WordPieceTokenizer.Load(_folder["vocab.txt"]);

        Assert.Equal(
            [
                new AddedToken("the", 5) { Normalized = true },
                new AddedToken("<e>", Next) { Special = true },
                new AddedToken("Zed", Next + 1) { Normalized = true },
                new AddedToken("<last>", Next + 2) { Special = true, RightStrip = true },
            ],
            tokenizer.AddedTokens.Where(token => token.Id > 4).OrderBy(token => token.Id));
        Assert.Equal(Next + 3, tokenizer.Vocabulary.Count);
    }

    [Fact]
    public void What_is_loaded_from_them_is_saved_and_loaded_alike()
    {
        Write("added_tokens.json", $$"""{"<e>": {{Next}}}""");
        var tokenizer = WordPieceTokenizer.Load(_folder.Path);
        tokenizer.Save(_folder["saved"]);

        Assert.Equal(tokenizer.AddedTokens.OrderBy(token => token.Id), WordPieceTokenizer.Load(_folder["saved"]).AddedTokens);
    }

    [Theory]
    [InlineData("added_tokens.json", """{"<e>": 99}""", "the id of the added token '<e>' is 99")]
    [InlineData("added_tokens.json", """{"the": 6}""", "'the' is 6; by the vocabulary, or as the next one, it is 5")]
    [InlineData("added_tokens.json", """{"<e>": "x"}""", "<e>: a whole number is expected")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder": {"5": {"content": "<e>"}}}""", "added_tokens_decoder.5: the id of the added token '<e>' is 5")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder": {"x": {"content": "<e>"}}}""", "added_tokens_decoder.x")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder": {"5": "<e>"}}""", "an object")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder": {"5": {}}}""", "no 'content'")]
    [InlineData("tokenizer_config.json", """{"additional_special_tokens": [7]}""", "additional_special_tokens[0]: a text is expected")]
    public void Ids_that_do_not_fit_the_vocabulary_and_damage_are_refused(string file, string json, string expected)
    {
        Write(file, json);

        string message = Assert.Throws<BertMLNetException>(() => WordPieceTokenizer.Load(_folder.Path)).Message;

        Assert.StartsWith(_folder[file], message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    private void Write(string name, string json) => File.WriteAllText(_folder[name], json);
}
