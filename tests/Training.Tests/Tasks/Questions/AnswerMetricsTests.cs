namespace BertMLNet.Training.Tests;

/// <summary>
/// The tables were worked out by hand from the published definition and confirmed with an independent implementation of it in Python.
/// </summary>
public sealed class AnswerMetricsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("The", "")]
    [InlineData("a the an", "")]
    [InlineData("...", "")]
    [InlineData("The Beatles", "beatles")]
    [InlineData("theatre", "theatre")]
    [InlineData("an-other", "another")]
    [InlineData("the-best", "thebest")]
    [InlineData("a.m.", "am")]
    [InlineData("A. A. Milne", "milne")]
    [InlineData("U.S.A", "usa")]
    [InlineData("rock 'n' roll", "rock n roll")]
    [InlineData("$1,000.50", "100050")]
    [InlineData("snake_case the_end", "snakecase theend")]
    [InlineData("`~|^+=<>$", "")]
    [InlineData("  many\t\tkinds\r\nof   space ", "many kinds of space")]
    [InlineData("no\u00A0break\u2003em\u3000wide", "no break em wide")]
    [InlineData("file\u001Cgroup\u001Drecord\u001Eunit\u001Fend", "file group record unit end")]
    [InlineData("zero\u200Bwidth", "zero\u200Bwidth")]
    // Only ASCII punctuation goes: dashes, quotes and full-width forms stay, and bound words.
    [InlineData("1939–1945", "1939–1945")]
    [InlineData("“the” end", "“ ” end")]
    [InlineData("a—b", "—b")]
    [InlineData("the… an¿", "… ¿")]
    [InlineData("，。", "，。")]
    // A combining mark does not belong to a word, so the bare letter before it is an article.
    [InlineData("a\u0301 b", "\u0301 b")]
    [InlineData("á b", "á b")]
    [InlineData("a² a½ aⅣ", "a² a½ aⅳ")]
    [InlineData("a’s", "’s")]
    // Full lower-casing: the dotted I becomes two characters, and sigma ends a word in its own form.
    [InlineData("İstanbul", "i\u0307stanbul")]
    [InlineData("ΟΔΥΣΣΕΥΣ", "οδυσσευς")]
    [InlineData("ΣΑΣ Σ ΑΣ.", "σας σ ας")]
    [InlineData("ΑΣ’Α", "ασ’α")]
    [InlineData("STRASSE Straße ẞ", "strasse straße ß")]
    [InlineData("𐐀 DESERET", "𐐨 deseret")]
    [InlineData("\U0001F600 the \U0001F600", "\U0001F600 \U0001F600")]
    [InlineData("東京 THE 大阪", "東京 大阪")]
    public void Normalization_follows_the_published_script(string answer, string expected) =>
        Assert.Equal(expected, AnswerNormalizer.Normalize(answer));

    [Fact]
    public void Lone_surrogates_survive_normalization() => Assert.Equal("x \uD800 y \uDC00", AnswerNormalizer.Normalize("x \uD800 the Y \uDC00"));

    [Theory]
    [InlineData("Denver Broncos", true, 1.0, 1.0, "Denver Broncos")]
    [InlineData("the Denver Broncos!", true, 1.0, 1.0, "Denver Broncos")]
    [InlineData("Broncos", false, 2.0 / 3, 2.0 / 3, "Denver Broncos")]
    [InlineData("Broncos of Denver", false, 0.8, 0.8, "Denver Broncos")]
    [InlineData("Panthers", false, 0.0, 0.0, "Denver Broncos")]
    [InlineData("", false, 0.0, 0.0, "Denver Broncos")]
    // The best of several right answers counts, for each figure by itself.
    [InlineData("10th century", true, 1.0, 1.0, "the first half of the 10th century", "10th century")]
    [InlineData("first half of 10th century", true, 1.0, 1.0, "the first half of the 10th century", "10th century")]
    [InlineData("half of 10th century", false, 8.0 / 9, 8.0 / 9, "the first half of the 10th century", "10th century")]
    // Words are compared as bags: a repeated word counts as often as both sides have it.
    [InlineData("New York New York", false, 2.0 / 3, 2.0 / 3, "New York")]
    [InlineData("New York", false, 2.0 / 3, 2.0 / 3, "New York New York")]
    [InlineData("York New", false, 1.0, 1.0, "New York")]
    [InlineData("to be or not to be", false, 2.0 * 3 / 9, 2.0 * 3 / 9, "to be or")]
    // Nothing on both sides: equal, but version 1's F1 counts common words and finds none.
    [InlineData("the", true, 0.0, 1.0, "a")]
    [InlineData("", true, 0.0, 1.0)]
    [InlineData("!?", true, 0.0, 1.0)]
    [InlineData("anything", false, 0.0, 0.0)]
    [InlineData("anything", false, 0.0, 0.0, "the")]
    [InlineData("1939–1945", false, 0.0, 0.0, "1939-1945")]
    [InlineData("οδυσσευς", true, 1.0, 1.0, "ΟΔΥΣΣΕΥΣ")]
    public void Scores_follow_the_published_scripts(string prediction, bool exact, double f1OfVersion1, double f1OfVersion2, params string[] golds)
    {
        Assert.Equal(exact, AnswerMetrics.ExactMatch(prediction, golds));
        Assert.Equal(f1OfVersion1, AnswerMetrics.F1(prediction, golds, SquadVersion.V1), 12);
        Assert.Equal(f1OfVersion2, AnswerMetrics.F1(prediction, golds, SquadVersion.V2), 12);
    }
}
