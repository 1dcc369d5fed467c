using System.Buffers;
using Microsoft.ML.Tokenizers;

namespace BertMLNet.Tokenization.Tests;

public sealed class BaseClassTests
{
    private const string Text = "Nai\u0308ve  中, UNwanted";
    private static readonly Tokenizer Tokenizer = SmallVocabulary.Uncased;

    [Fact]
    public void Tokens_come_without_special_tokens_and_with_offsets_into_the_original_text()
    {
        var tokens = Tokenizer.EncodeToTokens(Text, out string? normalized);
        Assert.Equal("naive   中 , unwanted", normalized);
        Assert.Equal(["naive", "中", ",", "un", "##want", "##ed"], tokens.Select(token => token.Value));
        Assert.Equal([0..6, 8..9, 9..10, 11..13, 13..17, 17..19], tokens.Select(token => token.Offset));
        Assert.Equal(tokens.Select(token => token.Id), Tokenizer.EncodeToIds(Text));
        Assert.Equal(tokens.Count, Tokenizer.CountTokens(Text));
        Assert.Equal(tokens.Count, Tokenizer.CountTokens(Text.AsSpan()));
    }

    [Fact]
    public void A_limit_of_tokens_tells_how_much_of_the_original_text_was_read()
    {
        var ids = Tokenizer.EncodeToIds(Text, maxTokenCount: 2, out string? normalized, out int consumed);
        Assert.Equal(2, ids.Count);
        Assert.Equal(9, consumed);
        Assert.StartsWith("naive", normalized, StringComparison.Ordinal);
        Tokenizer.EncodeToIds(Text, maxTokenCount: 100, out _, out consumed);
        Assert.Equal(Text.Length, consumed);
        Assert.Throws<ArgumentOutOfRangeException>(() => Tokenizer.EncodeToIds(Text, 0, out _, out _));
    }

    [Fact]
    public void The_place_of_the_first_or_last_tokens_is_found()
    {
        Assert.Equal(10, Tokenizer.GetIndexByTokenCount(Text, 3, out _, out int count));
        Assert.Equal(3, count);
        Assert.Equal(11, Tokenizer.GetIndexByTokenCountFromEnd(Text, 3, out _, out count));
        Assert.Equal(3, count);
        Assert.Equal(0, Tokenizer.GetIndexByTokenCount(" ", 3, out _, out count));
        Assert.Equal(1, Tokenizer.GetIndexByTokenCountFromEnd(" ", 3, out _, out count));
        Assert.Equal(0, count);
    }

    [Fact]
    public void Normalization_and_splitting_can_be_left_out()
    {
        Assert.Equal([SmallVocabulary.Id("Paris")], Tokenizer.EncodeToIds("Paris", considerNormalization: false));
        Tokenizer.EncodeToTokens("Paris", out string? normalized, considerNormalization: false);
        Assert.Null(normalized);
        Assert.Equal([SmallVocabulary.Id("[UNK]")], Tokenizer.EncodeToIds("the low", considerPreTokenization: false));
        Assert.Equal([SmallVocabulary.Id("##ed")], Tokenizer.EncodeToIds("##ed", considerPreTokenization: false));
    }

    [Fact]
    public void Decoding_writes_whole_tokens_into_the_room_there_is()
    {
        int[] ids = [SmallVocabulary.Id("the"), SmallVocabulary.Id("un"), SmallVocabulary.Id("##ed")];
        Assert.Equal("the uned", Tokenizer.Decode(ids));
        char[] room = new char[7];
        Assert.Equal(OperationStatus.DestinationTooSmall, Tokenizer.Decode(ids, room, out int consumed, out int written));
        Assert.Equal((2, 6), (consumed, written));
        Assert.Equal(OperationStatus.Done, Tokenizer.Decode(ids, new char[8], out consumed, out written));
        Assert.Equal((3, 8), (consumed, written));
        Assert.Equal(OperationStatus.InvalidData, Tokenizer.Decode([-1], room, out _, out _));
    }

    [Fact]
    public void The_normalizer_and_the_splitter_are_BERTs()
    {
        Assert.IsType<BertNormalizer>(Tokenizer.Normalizer);
        Assert.IsType<BertPreTokenizer>(Tokenizer.PreTokenizer);
    }
}
