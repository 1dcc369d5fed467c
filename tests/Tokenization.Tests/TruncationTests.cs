namespace BertMLNet.Tokenization.Tests;

public sealed class TruncationTests
{
    private static readonly WordPieceTokenizer Tokenizer = SmallVocabulary.Uncased;

    [Theory]
    [InlineData(0, 9, 7, 0, 7)]
    [InlineData(2, 4, 7, 2, 4)]
    [InlineData(2, 8, 7, 2, 5)]
    [InlineData(4, 4, 7, 3, 4)]
    [InlineData(8, 0, 7, 7, 0)]
    [InlineData(8, 2, 7, 5, 2)]
    [InlineData(8, 4, 7, 4, 3)]
    [InlineData(9, 8, 7, 4, 3)]
    [InlineData(8, 9, 7, 3, 4)]
    [InlineData(9, 9, 7, 3, 4)]
    [InlineData(9, 9, 0, 0, 0)]
    public void Longest_first_shortens_the_longer_text_then_both(int first, int second, int room, int firstKept, int secondKept)
    {
        var options = new EncodeOptions { MaxLength = room + 3 };
        var encoding = Tokenizer.Encode(Text(first), Text(second), options);
        Assert.Equal(firstKept, encoding.SequenceIds.Count(id => id == 0));
        Assert.Equal(secondKept, encoding.SequenceIds.Count(id => id == 1));

        int[] ids = new int[room + 3];
        int count = Tokenizer.EncodeToIds(Text(first), Text(second), hasPair: true, options, ids, new byte[room + 3]);
        Assert.Equal(encoding.Ids, ids[..count]);
    }

    [Theory]
    [InlineData(TruncationStrategy.OnlyFirst, 4, 3)]
    [InlineData(TruncationStrategy.OnlySecond, 5, 2)]
    [InlineData(TruncationStrategy.None, 5, 3)]
    public void The_other_strategies_shorten_one_text_or_none(TruncationStrategy strategy, int firstKept, int secondKept)
    {
        var encoding = Tokenizer.Encode(Text(5), Text(3), new EncodeOptions { MaxLength = 10, Truncation = strategy });
        Assert.Equal(firstKept, encoding.SequenceIds.Count(id => id == 0));
        Assert.Equal(secondKept, encoding.SequenceIds.Count(id => id == 1));
    }

    [Theory]
    [InlineData(TruncationStrategy.OnlyFirst, 2, 9, "first text is too short")]
    [InlineData(TruncationStrategy.OnlySecond, 9, 2, "second text is too short")]
    [InlineData(TruncationStrategy.OnlySecond, 9, null, "there is none")]
    public void A_text_that_cannot_be_shortened_enough_is_an_error(TruncationStrategy strategy, int first, int? second, string message)
    {
        var options = new EncodeOptions { MaxLength = 8, Truncation = strategy };
        string? pair = second is { } count ? Text(count) : null;
        var error = Assert.Throws<BertMLNetException>(() => Tokenizer.Encode(Text(first), pair, options));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_length_without_room_for_the_special_tokens_is_an_error()
    {
        var error = Assert.Throws<BertMLNetException>(() => Tokenizer.Encode("a", "b", new EncodeOptions { MaxLength = 2 }));
        Assert.Contains("at least 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Windows_share_a_stride_and_end_with_the_text()
    {
        var options = new EncodeOptions { MaxLength = 8, Truncation = TruncationStrategy.OnlySecond, Stride = 2 };
        var windows = Tokenizer.Encode("the", "a b c x e , !", options).Windows.Select(window => string.Join(' ', window.Spell())).ToList();
        string[] expected =
        [
            "[CLS] the [SEP] a b c x [SEP]",
            "[CLS] the [SEP] c x e , [SEP]",
            "[CLS] the [SEP] e , ! [SEP]",
        ];
        Assert.Equal(expected, windows);
    }

    [Fact]
    public void Windows_of_both_texts_come_in_the_order_of_hugging_face()
    {
        var options = new EncodeOptions { MaxLength = 5, Stride = 0 };
        var windows = Tokenizer.Encode("a b", "c x", options).Windows.Select(window => string.Join(' ', window.Spell())).ToList();
        string[] expected = ["[CLS] a [SEP] c [SEP]", "[CLS] b [SEP] c [SEP]", "[CLS] b [SEP] x [SEP]", "[CLS] a [SEP] x [SEP]"];
        Assert.Equal(expected, windows);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void A_stride_must_be_shorter_than_the_window(int stride)
    {
        var options = new EncodeOptions { MaxLength = 6, Stride = stride };
        var error = Assert.Throws<BertMLNetException>(() => Tokenizer.Encode("a b c a b c", null, options));
        Assert.Contains($"stride of {stride}", error.Message, StringComparison.Ordinal);
    }

    private static string Text(int tokens) => string.Join(' ', Enumerable.Repeat("low", tokens));
}
