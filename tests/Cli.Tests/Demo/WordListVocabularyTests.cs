namespace BertMLNet.Cli.Tests;

public sealed class WordListVocabularyTests
{
    [Fact]
    public void Special_tokens_come_first_then_characters_then_words_by_frequency()
    {
        IReadOnlyList<string> tokens = WordListVocabulary.Build(["B ab, ab!", "ba a"]);
        Assert.Equal(
            ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "!", ",", "a", "b", "##!", "##,", "##a", "##b", "ab", "ba"],
            tokens);
    }

    [Fact]
    public void Rare_words_are_left_out_first()
    {
        IReadOnlyList<string> tokens = WordListVocabulary.Build(["xx yy yy"], maxWords: 1);
        Assert.Contains("yy", tokens);
        Assert.DoesNotContain("xx", tokens);
    }
}
