using BertMLNet.Modeling;
using BertMLNet.Tokenization;

namespace BertMLNet.Scoring.Tests;

public sealed class QuestionEncoderTests
{
    private static readonly WordPieceTokenizer Tokenizer = new(new Vocabulary(
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "who", "is", "a", "b", "c", "d", "e", "f", "g", "##x", "."]));

    [Theory]
    [InlineData(12, 2)]
    [InlineData(12, 0)]
    [InlineData(20, 7)]
    [InlineData(64, 20)]
    public void Windows_are_those_of_the_tokenizer(int maxLength, int stride)
    {
        var random = new Random(maxLength);
        var encoder = new QuestionEncoder(Tokenizer, maxLength, new() { DocStride = stride });
        for (int words = 1; words < 90; words++)
        {
            string question = "who is";
            string passage = string.Concat(Enumerable.Range(0, words).Select(_ => (char)('a' + random.Next(7)) + (random.Next(3) == 0 ? "x" : "") + (random.Next(5) == 0 ? "." : " ")));
            Encoding expected = Tokenizer.Encode(
                question, passage, new EncodeOptions { MaxLength = maxLength, Truncation = TruncationStrategy.OnlySecond, Stride = stride });

            EncodedQuestion encoded = encoder.Encode(question, passage);

            Encoding[] windows = [.. expected.Windows];
            Assert.Equal(windows.Length, encoded.Windows.Length);
            for (int w = 0; w < windows.Length; w++)
            {
                int[] ids = new int[encoded.LengthOf(w)];
                encoder.WriteIds(encoded, w, ids);
                Assert.Equal(windows[w].Ids, ids);
                Assert.Equal(windows[w].TypeIds, ids.Select((_, i) => i < encoded.PassageStart ? 0 : 1));
                PassageWindow window = encoded.Windows[w];
                Assert.Equal(windows[w].Offsets.Where((_, i) => windows[w].SequenceIds[i] == 1), encoded.Passage.Offsets[window.First..window.End]);
            }
        }
    }

    [Fact]
    public void A_long_question_is_cut_to_its_limit_and_to_half_of_a_short_window()
    {
        string question = string.Join(' ', Enumerable.Repeat("who", 500_000));
        Assert.Equal(64, new QuestionEncoder(Tokenizer, 384, new()).Encode(question, "a b").QuestionIds.Length);
        Assert.Equal(8, new QuestionEncoder(Tokenizer, 20, new()).Encode(question, "a b").QuestionIds.Length);
    }

    [Fact]
    public void A_stride_larger_than_half_of_the_room_is_that_half()
    {
        // 11 tokens: 3 special, 2 of the question, 6 of the passage, of which 3 are shared.
        EncodedQuestion encoded = new QuestionEncoder(Tokenizer, 11, new() { DocStride = 128 }).Encode("who is", "a b c d e f g a b");
        Assert.Equal([new(0, 6), new PassageWindow(3, 6)], encoded.Windows);
    }

    [Theory]
    [InlineData("", "a b")]
    [InlineData(" \t\n", "a b")]
    [InlineData("who", "")]
    [InlineData("who", " \u00A0\r\n ")]
    [InlineData("", "")]
    public void Nothing_to_ask_or_to_search_makes_no_window(string question, string passage) =>
        Assert.Empty(new QuestionEncoder(Tokenizer, 384, new()).Encode(question, passage).Windows);

    [Fact]
    public void A_passage_of_a_megabyte_is_covered_without_gaps()
    {
        string passage = string.Concat(Enumerable.Repeat("a b. ", 200_000));
        EncodedQuestion encoded = new QuestionEncoder(Tokenizer, 384, new()).Encode("who is", passage);
        Assert.Equal(600_000, encoded.Passage.Ids.Length);
        Assert.Equal(0, encoded.Windows[0].First);
        Assert.Equal(600_000, encoded.Windows[^1].End);
        for (int i = 1; i < encoded.Windows.Length; i++)
            Assert.Equal(128, encoded.Windows[i - 1].End - encoded.Windows[i].First);
    }

    [Fact]
    public void Text_of_more_tokens_than_characters_is_tokenized_whole()
    {
        // Each Hangul syllable is taken apart into three letters, each a token.
        var tokenizer = new WordPieceTokenizer(new Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "\u1100", "##\u1100", "##\u1161", "##\u11A8"]));
        EncodedPassage passage = new QuestionEncoder(tokenizer, 384, new()).EncodePassage("각각 각");
        Assert.Equal(9, passage.Ids.Length);
        Assert.Equal([0, 0, 0, 1, 1, 1, 3, 3, 3], passage.Offsets.Select(offset => offset.Start));
        Assert.DoesNotContain(1, passage.Ids);
    }

    [Fact]
    public void Dropped_accents_go_with_their_letter()
    {
        var tokenizer = new WordPieceTokenizer(new Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "e", "##e", "."]));
        string passage = "e\u0301e\u0323\u0301. e\u0301";
        EncodedPassage encoded = new QuestionEncoder(tokenizer, 384, new()).EncodePassage(passage);
        Assert.Equal([new(0, 2), new(2, 5), new(5, 6), new TokenOffset(7, 9)], encoded.Offsets);
    }

    [Fact]
    public void Windows_without_room_and_senseless_options_are_refused()
    {
        Assert.Contains("at least 5", Assert.Throws<BertMLNetException>(() => new QuestionEncoder(Tokenizer, 4, new())).Message, StringComparison.Ordinal);
        Assert.Single(new QuestionEncoder(Tokenizer, 5, new()).Encode("who is", "a").Windows);
        foreach (QuestionAnsweringOptions options in new QuestionAnsweringOptions[] { new() { DocStride = -1 }, new() { MaxQuestionLength = 0 }, new() { MaxAnswerLength = 0 }, new() { NBestSize = 0 } })
            Assert.Throws<BertMLNetException>(() => new QuestionEncoder(Tokenizer, 384, options));
    }
}
