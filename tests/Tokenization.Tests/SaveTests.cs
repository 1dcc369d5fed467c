using System.Text.Json.Nodes;
using BertMLNet.TestKit;

namespace BertMLNet.Tokenization.Tests;

public sealed class SaveTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_saved_is_loaded_again_by_either_file(bool lowercase)
    {
        using var folder = new TemporaryFolder();
        var original = new WordPieceTokenizer(new Vocabulary(SmallVocabulary.Tokens), new BertNormalizer { Lowercase = lowercase, StripAccents = false });
        original.Save(folder["model"], modelMaxLength: 128);
        const string text = "The PARIS é unwanted 中[MASK]";
        foreach (string file in new[] { "", "tokenizer.json", "vocab.txt" })
        {
            var loaded = WordPieceTokenizer.Load(Path.Combine(folder["model"], file));
            Assert.Equal(original.Encode(text, "a").Ids, loaded.Encode(text, "a").Ids);
            Assert.Equal(original.AddedTokens, loaded.AddedTokens);
        }
    }

    [Fact]
    public void A_token_with_a_line_break_shifts_no_id()
    {
        using var folder = new TemporaryFolder();
        int id = SmallVocabulary.Tokens.Length;
        var original = new WordPieceTokenizer(new Vocabulary([.. SmallVocabulary.Tokens, "a\nb", "c\rd", "last"]));
        original.Save(folder.Path);

        var plain = Vocabulary.Load(folder["vocab.txt"]);
        Assert.Equal([$" {id}", $" {id + 1}", "last"], plain.Tokens[id..].ToArray());
        Assert.Equal(original.Vocabulary.Tokens.ToArray(), WordPieceTokenizer.Load(folder.Path).Vocabulary.Tokens.ToArray());
    }

    [Fact]
    public void No_name_is_written_twice()
    {
        using var folder = new TemporaryFolder();
        var names = SpecialTokens.Default with { Classification = "[SEP]" };
        new WordPieceTokenizer(new Vocabulary([.. SmallVocabulary.Tokens, "the"]), options: new() { SpecialTokens = names }).Save(folder.Path);
        var strict = new System.Text.Json.JsonDocumentOptions { AllowDuplicateProperties = false };
        foreach (string file in new[] { "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json" })
            System.Text.Json.JsonDocument.Parse(File.ReadAllText(folder[file]), strict).Dispose();
    }

    [Fact]
    public void The_files_are_those_of_a_hugging_face_folder()
    {
        using var folder = new TemporaryFolder();
        SmallVocabulary.Uncased.Save(folder.Path, modelMaxLength: 128);
        string[] files = [.. Directory.GetFiles(folder.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        Assert.Equal(["special_tokens_map.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt"], files);
        Assert.Equal(string.Concat(SmallVocabulary.Tokens.Select(token => token + "\n")), File.ReadAllText(folder["vocab.txt"]));
        var configuration = JsonNode.Parse(File.ReadAllText(folder["tokenizer_config.json"]))!;
        Assert.Equal("BertTokenizer", (string?)configuration["tokenizer_class"]);
        Assert.Equal(128, (int?)configuration["model_max_length"]);
        Assert.True((bool?)configuration["do_lower_case"]);
        Assert.Equal("[MASK]", (string?)JsonNode.Parse(File.ReadAllText(folder["special_tokens_map.json"]))!["mask_token"]);
    }

    [Theory]
    [InlineData("bert-base-uncased")]
    [InlineData("bert-base-cased")]
    public void A_published_tokenizer_is_written_as_it_was_read(string model)
    {
        using var folder = new TemporaryFolder();
        string path = SharedData.PathOf("vocab", model);
        WordPieceTokenizer.Load(path).Save(folder.Path);
        Assert.Equal(File.ReadAllText(Path.Combine(path, "vocab.txt")), File.ReadAllText(folder["vocab.txt"]));
        var expected = JsonNode.Parse(File.ReadAllText(Path.Combine(path, "tokenizer.json")))!;
        var actual = JsonNode.Parse(File.ReadAllText(folder["tokenizer.json"]))!;
        // The published files are older than the models' type.
        expected["model"]!["type"] = "WordPiece";
        Assert.True(JsonNode.DeepEquals(expected, actual));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "");
        var error = Assert.Throws<BertMLNetException>(() => SmallVocabulary.Uncased.Save(folder["file"]));
        Assert.Contains(folder["file"], error.Message, StringComparison.Ordinal);
    }
}
