namespace BertMLNet.Tokenization.Tests;

public sealed class BatchTests
{
    private static readonly WordPieceTokenizer Tokenizer = SmallVocabulary.Uncased;

    [Theory]
    [InlineData(1, TruncationStrategy.LongestFirst)]
    [InlineData(3, TruncationStrategy.LongestFirst)]
    [InlineData(2, TruncationStrategy.OnlyFirst)]
    [InlineData(2, TruncationStrategy.None)]
    public void A_batch_has_the_ids_of_each_pair_in_order(int threads, TruncationStrategy strategy)
    {
        var random = new Random(17);
        var texts = Enumerable.Range(0, 200).Select(_ => RandomText.Words(random, random.Next(200))).ToList();
        var pairs = Enumerable.Range(0, 200).Select(_ => RandomText.Words(random, random.Next(9))).ToList();
        var options = new EncodeOptions { MaxLength = 60, Truncation = strategy };
        using var batch = Tokenizer.EncodeBatch(texts, pairs, options, threads, TestContext.Current.CancellationToken);
        var encodings = Tokenizer.EncodeMany(texts, pairs, options, threads, TestContext.Current.CancellationToken);
        Assert.Equal(texts.Count, batch.Count);
        for (int row = 0; row < texts.Count; row++)
        {
            var encoding = Tokenizer.Encode(texts[row], pairs[row], options);
            Assert.Equal(encoding.Ids, encodings[row].Ids);
            Assert.Equal(encoding.Ids, batch.Ids(row).ToArray());
            Assert.Equal(encoding.TypeIds.Count(type => type == 0), batch.FirstLength(row));
        }
    }

    [Fact]
    public void Single_texts_have_one_separator_or_none()
    {
        using var batch = Tokenizer.EncodeBatch(["the low", ""]);
        Assert.Equal(Tokenizer.Encode("the low").Ids, batch.Ids(0).ToArray());
        Assert.Equal([Tokenizer.ClassificationTokenId, Tokenizer.SeparatorTokenId], batch.Ids(1).ToArray());
        using var plain = Tokenizer.EncodeBatch(["the low"], options: new EncodeOptions { AddSpecialTokens = false });
        Assert.Equal(Tokenizer.Encode("the low").Ids[1..^1], plain.Ids(0).ToArray());
        Assert.Equal(2, plain.FirstLength(0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void An_error_tells_the_row(int threads)
    {
        var options = new EncodeOptions { MaxLength = 5, Truncation = TruncationStrategy.OnlyFirst };
        string[] texts = ["a", "a", "a"];
        string[] pairs = ["b", "b b b b", "b"];
        var error = Assert.Throws<BertMLNetException>(() => Tokenizer.EncodeBatch(texts, pairs, options, threads));
        Assert.StartsWith("row 2: ", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<BertMLNetException>(() => Tokenizer.EncodeMany(texts, pairs, options, threads));
        Assert.StartsWith("row 2: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancellation_ends_the_work()
    {
        var cancelled = new CancellationToken(canceled: true);
        Assert.Throws<OperationCanceledException>(() => Tokenizer.EncodeBatch(["a"], cancellationToken: cancelled));
        Assert.ThrowsAny<OperationCanceledException>(() => Tokenizer.EncodeBatch(["a"], threads: 2, cancellationToken: cancelled));
    }
}
