namespace BertMLNet.Tokenization.Tests;

public sealed class EncodeToIdsTests
{
    private static readonly WordPieceTokenizer Tokenizer = SmallVocabulary.Uncased;

    [Theory]
    [InlineData(TruncationStrategy.LongestFirst)]
    [InlineData(TruncationStrategy.OnlyFirst)]
    [InlineData(TruncationStrategy.None)]
    public void The_ids_and_types_are_those_of_an_encoding(TruncationStrategy strategy)
    {
        var random = new Random(17);
        for (int i = 0; i < 200; i++)
        {
            string text = RandomText.Words(random, random.Next(200)), pair = RandomText.Words(random, random.Next(9));
            AssertLikeEncode(text, pair, new EncodeOptions { MaxLength = 60, Truncation = strategy });
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Single_texts_have_one_separator_or_none(bool addSpecialTokens)
    {
        AssertLikeEncode("the low", null, new EncodeOptions { AddSpecialTokens = addSpecialTokens });
        AssertLikeEncode("", null, new EncodeOptions { AddSpecialTokens = addSpecialTokens });
    }

    [Fact]
    public void Nothing_is_written_where_there_is_no_room()
    {
        int[] ids = [-1, -1, -1];
        Assert.Equal(4, Tokenizer.EncodeToIds("the low", "", hasPair: false, EncodeOptions.Default, ids, new byte[9]));
        Assert.Equal([-1, -1, -1], ids);
    }

    private static void AssertLikeEncode(string text, string? pair, EncodeOptions options)
    {
        var encoding = Tokenizer.Encode(text, pair, options);
        int[] ids = new int[1000];
        byte[] typeIds = new byte[1000];
        int count = Tokenizer.EncodeToIds(text, pair, pair is not null, options, ids, typeIds);
        Assert.Equal(encoding.Ids, ids[..count]);
        Assert.Equal(encoding.TypeIds, typeIds[..count].Select(type => (int)type));
    }
}
