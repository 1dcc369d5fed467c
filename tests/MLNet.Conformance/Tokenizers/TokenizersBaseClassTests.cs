using Microsoft.ML.Tokenizers;

namespace MLNet.Conformance;

/// <summary>What a class that derives from <see cref="Tokenizer"/> gets from the base class.</summary>
public sealed class TokenizersBaseClassTests
{
    private const string Text = "One three  fifty";
    private readonly Tokenizer _tokenizer = new WordTokenizer();

    [Fact]
    public void Ids_and_counts_come_from_the_tokens()
    {
        Assert.Equal([3, 5, 5], _tokenizer.EncodeToIds(Text));
        Assert.Equal([3, 5, 5], _tokenizer.EncodeToIds(Text.AsSpan()));
        Assert.Equal(3, _tokenizer.CountTokens(Text));
        Assert.Equal(3, _tokenizer.CountTokens(Text.AsSpan()));
        var tokens = _tokenizer.EncodeToTokens(Text, out string? normalized);
        Assert.Equal("one three  fifty", normalized);
        Assert.Equal(new EncodedToken(5, "fifty", 11..16), tokens[^1]);
        Assert.Equal(tokens, _tokenizer.EncodeToTokens(Text.AsSpan(), out _));
    }

    [Fact]
    public void Settings_reach_the_derived_class()
    {
        _tokenizer.EncodeToTokens(Text, out string? normalized, considerNormalization: false);
        Assert.Null(normalized);
        Assert.Equal([16], _tokenizer.EncodeToIds(Text, considerPreTokenization: false));
        Assert.Equal([3, 5], _tokenizer.EncodeToIds(Text, maxTokenCount: 2, out normalized, out int consumed));
        Assert.Equal("one three  fifty", normalized);
        Assert.Equal(9, consumed);
        Assert.Equal([3], _tokenizer.EncodeToIds(Text.AsSpan(), maxTokenCount: 1, out _, out consumed));
        Assert.Equal(3, consumed);
    }

    [Fact]
    public void The_place_of_the_first_or_last_tokens_is_that_of_their_offsets()
    {
        Assert.Equal(9, _tokenizer.GetIndexByTokenCount(Text, 2, out string? normalized, out int count));
        Assert.Equal(("one three  fifty", 2), (normalized, count));
        Assert.Equal(4, _tokenizer.GetIndexByTokenCountFromEnd(Text.AsSpan(), 2, out _, out count));
        Assert.Equal(2, count);
        Assert.Equal(16, _tokenizer.GetIndexByTokenCount(Text.AsSpan(), 9, out _, out count));
        Assert.Equal(3, count);
        Assert.Equal(0, _tokenizer.GetIndexByTokenCount("", 9, out _, out count));
        Assert.Equal(0, count);
    }

    [Fact]
    public void Decoding_to_a_string_makes_room_for_all_of_it()
    {
        int[] ids = [.. Enumerable.Repeat(40, 200)];
        Assert.Equal(new string('x', 8000), _tokenizer.Decode(ids));
        Assert.Equal("", _tokenizer.Decode([]));
        Assert.Throws<InvalidOperationException>(() => _tokenizer.Decode([-1]));
        Assert.Throws<ArgumentNullException>(() => _tokenizer.Decode(null!));
    }

    [Fact]
    public void Without_overrides_there_is_no_normalizer_and_no_pretokenizer()
    {
        Assert.Null(_tokenizer.Normalizer);
        Assert.Null(_tokenizer.PreTokenizer);
    }

    [Fact]
    public void Settings_begin_with_nothing_considered_and_no_limit()
    {
        // The base class's methods consider both unless told otherwise, but say so themselves.
        var settings = new EncodeSettings();
        Assert.False(settings.ConsiderNormalization);
        Assert.False(settings.ConsiderPreTokenization);
        Assert.Equal(int.MaxValue, settings.MaxTokenCount);
    }
}
