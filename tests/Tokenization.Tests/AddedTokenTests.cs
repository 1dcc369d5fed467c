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

    [Fact]
    public void Of_many_added_tokens_the_one_is_found_that_comparing_all_of_them_finds()
    {
        var random = new Random(1);
        string Draw(int most) => string.Concat(Enumerable.Range(0, random.Next(1, most)).Select(_ => "ab<"[random.Next(3)]));
        AddedToken[] tokens = [.. Enumerable.Range(0, 20).Select(_ => Draw(5)).Distinct().Select((content, id) => new AddedToken(content, id))];
        var matcher = new AddedTokenMatcher(tokens);
        for (int i = 0; i < 1000; i++)
        {
            string text = Draw(12);
            AddedTokenMatch? expected = Enumerable.Range(0, text.Length)
                .SelectMany(start => tokens.Where(token => string.CompareOrdinal(text, start, token.Content, 0, token.Content.Length) == 0)
                    .OrderByDescending(token => token.Content.Length)
                    .Select(token => (AddedTokenMatch?)new AddedTokenMatch(token.Id, start, start + token.Content.Length)))
                .FirstOrDefault();
            Assert.Equal(expected, matcher.TryFind(text, 0, out AddedTokenMatch match) ? match : null);
        }
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
        var error = Assert.Throws<BertMLNetException>(() => new WordPieceTokenizer(new Vocabulary(SmallVocabulary.Tokens), options: options));
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
