using System.Text;

namespace BertMLNet.Tokenization.Tests;

public sealed class WordPieceTokenizerTests
{
    private static readonly WordPieceTokenizer Uncased = SmallVocabulary.Uncased;

    [Theory]
    [InlineData("UNwantéd,running", "un ##want ##ed , runn ##ing")]
    [InlineData("lowest lower", "lowest [UNK]")]
    [InlineData("abcabc", "a ##b ##c ##a ##b ##c")]
    [InlineData("abcz a", "[UNK] a")]
    [InlineData("a中b", "a 中 b")]
    [InlineData("\u0130stan", "i ##stan")]
    [InlineData("don't", "don ' t")]
    [InlineData("the[SEP]the [MASK]", "the [SEP] the [MASK]")]
    [InlineData("[sep]", "[UNK] [UNK] [UNK]")]
    [InlineData("##ed", "# # [UNK]")]
    [InlineData("a\u0001b", "a ##b")]
    [InlineData("", "")]
    public void A_text_becomes_the_longest_tokens_from_left_to_right(string text, string expected)
    {
        Assert.Equal($"[CLS] {expected} [SEP]".Replace("  ", " ", StringComparison.Ordinal), string.Join(' ', Uncased.Encode(text).Spell()));
    }

    [Fact]
    public void A_cased_tokenizer_keeps_case_and_accents()
    {
        Assert.Equal(["[CLS]", "Paris", "paris", "[UNK]", "é", "[SEP]"], SmallVocabulary.Cased.Encode("Paris paris PARIS é").Spell());
    }

    [Fact]
    public void Offsets_are_UTF16_units_of_the_original_text()
    {
        // Dropped characters, decomposed accents and pairs of surrogates move what follows them.
        const string text = "\u200DNai\u0308ve \U0001F600 中e\u0301x\u00AD!";
        var encoding = Uncased.Encode(text);
        Assert.Equal(["[CLS]", "naive", "[UNK]", "中", "e", "##x", "!", "[SEP]"], encoding.Spell());
        TokenOffset[] expected = [new(0, 0), new(1, 7), new(8, 10), new(11, 12), new(12, 13), new(14, 15), new(16, 17), new(0, 0)];
        Assert.Equal(expected, encoding.Offsets);
    }

    [Fact]
    public void A_pair_has_types_and_the_text_of_each_token()
    {
        var encoding = Uncased.Encode("the low", "a!");
        Assert.Equal(["[CLS]", "the", "low", "[SEP]", "a", "!", "[SEP]"], encoding.Spell());
        Assert.Equal([0, 0, 0, 0, 1, 1, 1], encoding.TypeIds);
        Assert.Equal([-1, 0, 0, -1, 1, 1, -1], encoding.SequenceIds);
        Assert.Empty(encoding.Overflow);
    }

    [Fact]
    public void Special_tokens_can_be_left_out()
    {
        Assert.Equal(["the", "a"], Uncased.Encode("the", "a", new EncodeOptions { AddSpecialTokens = false }).Spell());
    }

    [Theory]
    [InlineData("a")]
    [InlineData("é")]
    [InlineData("\U00010428")]
    public void A_word_of_more_than_a_hundred_characters_is_unknown(string letter)
    {
        // The letter beyond the first plane is in no vocabulary but this one; it counts as one character.
        var tokenizer = new WordPieceTokenizer(
            new Vocabulary([.. SmallVocabulary.Tokens, "\U00010428", "##\U00010428"]), new BertNormalizer { StripAccents = false });
        string Repeated(int count) => new StringBuilder().Insert(0, letter, count).ToString();
        Assert.Equal(102, tokenizer.Encode(Repeated(100)).Count);
        Assert.Equal([tokenizer.UnknownTokenId], tokenizer.Encode(Repeated(101)).Ids[1..^1]);
    }

    [Fact]
    public void A_smaller_limit_of_a_words_length_is_kept()
    {
        var tokenizer = new WordPieceTokenizer(
            new Vocabulary(SmallVocabulary.Tokens), options: new WordPieceTokenizerOptions { MaxInputCharsPerWord = 3 });
        Assert.Equal(["[CLS]", "[UNK]", "the", "[SEP]"], tokenizer.Encode("lowest the").Spell());
    }

    [Fact]
    public void Tokens_fit_into_the_callers_memory_or_stop_there()
    {
        const string text = "the abcz, unwanted\u0301 中 [MASK]running a";
        int[] all = new int[20];
        var offsets = new TokenOffset[20];
        int count = Uncased.Tokenize(text, all, offsets);
        var encoding = Uncased.Encode(text);
        Assert.Equal(encoding.Ids[1..^1], all[..count]);
        Assert.Equal(encoding.Offsets[1..^1], offsets[..count]);
        for (int room = 0; room <= count; room++)
        {
            int[] some = new int[room];
            Assert.Equal(room, Uncased.Tokenize(text, some));
            Assert.Equal(all[..room], some);
        }
    }

    [Fact]
    public void A_word_that_turns_out_unknown_at_the_end_of_the_room_is_unknown()
    {
        int[] ids = new int[2];
        Assert.Equal(2, Uncased.Tokenize("a abcz", ids));
        Assert.Equal([SmallVocabulary.Id("a"), Uncased.UnknownTokenId], ids);
        Assert.Equal(2, Uncased.Tokenize("a abcabz", ids));
        Assert.Equal([SmallVocabulary.Id("a"), Uncased.UnknownTokenId], ids);
    }

    [Fact]
    public void Tokenizing_allocates_nothing()
    {
        const string text = "the unwanted running, lowest! abcabc 中 naïve [MASK] abcz";
        int[] ids = new int[64];
        var offsets = new TokenOffset[64];
        // The first calls fill the pools and let the runtime compile; of many later ones none allocates, or all do.
        long least = long.MaxValue;
        for (int i = 0; i < 100; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Uncased.Tokenize(text, ids, offsets);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(0, least);
    }

    [Theory]
    [InlineData(true, "the unwanted, naive don't running!")]
    [InlineData(false, "the unwanted , naive don ' t running !")]
    public void Decoding_joins_words_and_tidies_punctuation(bool cleanUp, string expected)
    {
        var ids = Uncased.Encode("the unwanted, naïve don't running!").Ids;
        string decoded = Uncased.Decode(ids, skipSpecialTokens: true, cleanUp);
        Assert.Equal(expected.Replace("don't", "don ' t", StringComparison.Ordinal), decoded);
        Assert.Equal($"[CLS] {decoded} [SEP]", Uncased.Decode(ids, skipSpecialTokens: false, cleanUp));
    }

    [Fact]
    public void Decoding_an_id_outside_the_vocabulary_says_so()
    {
        var error = Assert.Throws<BertMLNetException>(() => Uncased.Decode([5, 999]));
        Assert.Contains("999", error.Message, StringComparison.Ordinal);
    }
}
