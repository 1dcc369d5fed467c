namespace BertMLNet.Tokenization.Tests;

public sealed class BertNormalizerTests
{
    [Theory]
    [InlineData("HeLLo", "hello")]
    [InlineData("Héllo Ångström", "hello angstrom")]
    [InlineData("e\u0301", "e")]
    [InlineData("\u0130stanbul \u0131", "istanbul \u0131")]
    [InlineData("\u03A3\u0399\u03A3", "\u03C3\u03B9\u03C3")]
    [InlineData("\u1E9E \u00DF", "\u00DF \u00DF")]
    [InlineData("\u212A\u2126", "k\u03C9")]
    [InlineData("ah\u535A\u63A8zz", "ah \u535A  \u63A8 zz")]
    [InlineData("a\tb\r\nc\u00A0d\u3000e\u2028f", "a b  c d e f")]
    [InlineData("a\0b\uFFFDc\u00ADd\u200De\uFEFFf\u0005\uE000", "abcdef")]
    [InlineData("\uD55C", "\u1112\u1161\u11AB")]
    [InlineData("\uFB01", "\uFB01")]
    [InlineData("\uFA6C", " \U000242EE ")]
    [InlineData("\U0001D400\U00010400", "\U0001D400\U00010428")]
    [InlineData("\uD800x\uDC00y", "xy")]
    [InlineData("", "")]
    public void The_default_is_that_of_uncased_models(string text, string expected)
    {
        Assert.Equal(expected, new BertNormalizer().Normalize(text));
    }

    [Theory]
    [InlineData("HäLLo \u0130", "hällo i\u0307", true, false)]
    [InlineData("HäLLo", "HaLLo", false, true)]
    [InlineData("HäLLo", "HäLLo", false, null)]
    [InlineData("HäLLo", "hallo", true, null)]
    public void Accents_are_stripped_when_asked_or_with_lower_case(string text, string expected, bool lowercase, bool? stripAccents)
    {
        Assert.Equal(expected, new BertNormalizer { Lowercase = lowercase, StripAccents = stripAccents }.Normalize(text));
    }

    [Fact]
    public void Without_cleaning_and_ideographs_those_stay()
    {
        var normalizer = new BertNormalizer { CleanText = false, HandleChineseChars = false };
        Assert.Equal("a\t\u0001\u4E2D\u200D\uFFFD", normalizer.Normalize("A\t\u0001\u4E2D\u200D\uD800"));
    }

    [Fact]
    public void Marks_that_are_kept_come_in_canonical_order()
    {
        // U+302E (class 224) and U+1D165 (class 216) are spacing marks; U+0316 (220) and U+0301 (230) are dropped.
        Assert.Equal("a\U0001D165\u302Eb", new BertNormalizer().Normalize("a\u0301\u302E\u0316\U0001D165b"));
    }

    [Fact]
    public void A_run_of_marks_may_have_any_length()
    {
        string marks = string.Concat(Enumerable.Repeat("\u302E\u0301\U0001D165", 500));
        string expected = "a" + string.Concat(Enumerable.Repeat("\U0001D165", 500)) + new string('\u302E', 500);
        Assert.Equal(expected, new BertNormalizer().Normalize("a" + marks));
    }

    [Fact]
    public void A_text_longer_than_the_stack_has_room_for_is_normalized_whole()
    {
        Assert.Equal(new string('e', 10_000), new BertNormalizer().Normalize(new string('É', 10_000)));
    }

    [Fact]
    public void Normalizing_twice_changes_no_code_point_further()
    {
        var normalizer = new BertNormalizer();
        for (int codePoint = 0; codePoint <= 0x10FFFF; codePoint++)
        {
            if (codePoint is >= 0xD800 and <= 0xDFFF)
                continue;
            // Ideographs get their spaces again.
            string once = normalizer.Normalize(char.ConvertFromUtf32(codePoint)).Trim(' ');
            string twice = normalizer.Normalize(once).Trim(' ');
            Assert.Equal(once, twice);
        }
    }
}
