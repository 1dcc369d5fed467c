namespace BertMLNet.Tokenization.Tests;

public sealed class BertPreTokenizerTests
{
    [Theory]
    [InlineData(" hello!how  are you? ", "hello|!|how|are|you|?")]
    [InlineData("a\n'll !!to?'d of, can't.", "a|'|ll|!|!|to|?|'|d|of|,|can|'|t|.")]
    [InlineData("$5+3=8 <b> ~^`|", "$|5|+|3|=|8|<|b|>|~|^|`||")]
    [InlineData("\u00BFqu\u00E9?\u2014x\u300C\u65E5\u300D", "\u00BF|qu\u00E9|?|\u2014|x|\u300C|\u65E5|\u300D")]
    [InlineData("\u20AC5 \u00A9", "\u20AC5|\u00A9")]
    [InlineData("x\U00010100y", "x|\U00010100|y")]
    [InlineData("  ", "")]
    [InlineData("", "")]
    public void Words_are_split_at_whitespace_and_around_punctuation(string text, string expected)
    {
        var words = new BertPreTokenizer().PreTokenize(text).Select(word => text.Substring(word.Offset, word.Length));
        Assert.Equal(expected, string.Join('|', words));
    }
}
