namespace BertMLNet.Tokenization.Tests;

public sealed class AddedTokenTests
{
    [Theory]
    [InlineData("the<x>the", "the <x> the")]
    [InlineData("the<X>the", "the [UNK] x [UNK] the")]
    [InlineData("the<x><x>>", "the <x> <x>> ")]
    public void An_added_token_is_found_as_written_and_the_longest_wins(string text, string expected)
    {
        var tokenizer = Create(new AddedToken("<x>", 0), new AddedToken("<x>>", 0));
        Assert.Equal(expected.Trim(), Inner(tokenizer, text));
    }

    [Theory]
    [InlineData("zed low zed", "zed low zed")]
    [InlineData("zedlow lowzed zed!", "[UNK] [UNK] zed !")]
    public void A_single_word_has_no_letter_beside_it(string text, string expected)
    {
        Assert.Equal(expected, Inner(Create(new AddedToken("zed", 0) { SingleWord = true }), text));
    }

    [Fact]
    public void Stripping_takes_the_whitespace_into_the_token()
    {
        var tokenizer = Create(new AddedToken("<x>", 0) { LeftStrip = true, RightStrip = true });
        var encoding = tokenizer.Encode("the  <x> \t<x>a");
        TokenOffset[] expected = [new(0, 0), new(0, 3), new(3, 10), new(10, 13), new(13, 14), new(0, 0)];
        Assert.Equal(expected, encoding.Offsets);
    }

    [Fact]
    public void A_normalized_token_is_found_in_the_normalized_text()
    {
        var tokenizer = Create(new AddedToken("Zéd", 0) { Normalized = true });
        var encoding = tokenizer.Encode("theZE\u0301D a");
        Assert.Equal("the Zéd a", Inner(tokenizer, "theZE\u0301D a"));
        Assert.Equal(new TokenOffset(3, 7), Assert.Single(encoding.Offsets, offset => offset.Start == 3));
    }

    [Fact]
    public void An_added_token_must_have_its_id_of_the_vocabulary()
    {
        var options = new WordPieceTokenizerOptions { AddedTokens = [new AddedToken("<x>", 5)] };
        var error = Assert.Throws<TokenizationException>(() => new WordPieceTokenizer(new Vocabulary(SmallVocabulary.Tokens), options: options));
        Assert.Contains("<x>", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A tokenizer whose vocabulary ends with the added tokens, whose ids it fills in.</summary>
    private static WordPieceTokenizer Create(params AddedToken[] tokens) => new(
        new Vocabulary([.. SmallVocabulary.Tokens, .. tokens.Select(token => token.Content)]),
        options: new WordPieceTokenizerOptions
        {
            AddedTokens = [.. tokens.Select((token, index) => token with { Id = SmallVocabulary.Tokens.Length + index })],
        });

    private static string Inner(WordPieceTokenizer tokenizer, string text) =>
        string.Join(' ', tokenizer.Encode(text).Ids[1..^1].Select(id => tokenizer.Vocabulary[id]));
}
