namespace BertMLNet.Tokenization.Tests;

public sealed class PropertyTests
{
    private const int Texts = 20_000;

    [Fact]
    public void Offsets_lie_inside_the_text_never_empty_and_never_step_back()
    {
        var random = new Random(1);
        for (int i = 0; i < Texts; i++)
        {
            string text = RandomText.Anything(random);
            int previous = 0;
            foreach (var (start, end) in SmallVocabulary.Uncased.Encode(text).Offsets[1..^1])
            {
                Assert.InRange(start, previous, text.Length - 1);
                Assert.InRange(end, start + 1, text.Length);
                previous = start;
            }
        }
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(false, true, true)]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    public void The_short_way_of_ascii_words_gives_what_normalizing_all_gives(bool lowercase, bool cleanText, bool handleChineseChars)
    {
        var normalizer = new BertNormalizer { Lowercase = lowercase, CleanText = cleanText, HandleChineseChars = handleChineseChars };
        var tokenizer = new WordPieceTokenizer(new Vocabulary([.. SmallVocabulary.Tokens, Absent]), normalizer);
        // An added token that is looked for in the normalized text makes the tokenizer normalize all of it.
        var whole = new WordPieceTokenizer(tokenizer.Vocabulary, normalizer, new WordPieceTokenizerOptions
        {
            AddedTokens = [.. tokenizer.AddedTokens, new AddedToken(Absent, SmallVocabulary.Tokens.Length) { Normalized = true }],
        });
        var random = new Random(2);
        for (int i = 0; i < Texts; i++)
        {
            string text = RandomText.Anything(random);
            var expected = whole.Encode(text);
            var actual = tokenizer.Encode(text);
            Assert.Equal(expected.Ids, actual.Ids);
            Assert.Equal(expected.Offsets, actual.Offsets);
        }
    }

    [Fact]
    public void Decoded_words_are_encoded_to_the_same_ids()
    {
        var random = new Random(3);
        for (int i = 0; i < 500; i++)
        {
            var ids = SmallVocabulary.Uncased.Encode(RandomText.Words(random, 20)).Ids[1..^1];
            string decoded = SmallVocabulary.Uncased.Decode(ids, skipSpecialTokens: false, cleanUp: false);
            Assert.Equal(ids, SmallVocabulary.Uncased.Encode(decoded).Ids[1..^1]);
        }
    }

    private const string Absent = "qzqzqzqz";
}
