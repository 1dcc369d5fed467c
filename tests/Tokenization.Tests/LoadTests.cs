using System.Text.Json.Nodes;
using BertMLNet.TestKit;

namespace BertMLNet.Tokenization.Tests;

public sealed class LoadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_vocabulary_alone_is_taken_as_uncased()
    {
        WriteVocabulary();
        foreach (string path in new[] { _folder.Path, _folder["vocab.txt"] })
        {
            var tokenizer = WordPieceTokenizer.Load(path);
            Assert.Equal(SmallVocabulary.Uncased.Encode("PARIS é中").Ids, tokenizer.Encode("PARIS é中").Ids);
            Assert.Equal((0, 1, 4), (tokenizer.PaddingTokenId, tokenizer.UnknownTokenId, tokenizer.MaskTokenId));
            Assert.Equal((2, 3), (tokenizer.ClassificationTokenId, tokenizer.SeparatorTokenId));
        }
    }

    [Fact]
    public void Line_ends_of_windows_and_a_byte_order_mark_are_no_part_of_a_token()
    {
        File.WriteAllText(_folder["vocab.txt"], string.Join("\r\n", SmallVocabulary.Tokens), System.Text.Encoding.UTF8);
        Assert.Equal(SmallVocabulary.Tokens, WordPieceTokenizer.Load(_folder.Path).Vocabulary.Tokens.ToArray());
    }

    [Fact]
    public void A_token_that_stands_twice_has_the_later_id()
    {
        WriteVocabulary([.. SmallVocabulary.Tokens, "the"]);
        Assert.Equal([SmallVocabulary.Tokens.Length], WordPieceTokenizer.Load(_folder.Path).Encode("the").Ids[1..^1]);
    }

    [Fact]
    public void A_token_that_stands_twice_is_saved_and_loaded_so()
    {
        WriteVocabulary([.. SmallVocabulary.Tokens, "the", "last"]);
        WordPieceTokenizer.Load(_folder.Path).Save(_folder["saved"]);

        var loaded = WordPieceTokenizer.Load(_folder["saved"]);

        // A name stands in an object once: the earlier id, which no text had, has no token any more.
        Assert.Equal([.. SmallVocabulary.Tokens.Select(token => token == "the" ? "" : token), "the", "last"], loaded.Vocabulary.Tokens.ToArray());
        Assert.Equal([SmallVocabulary.Tokens.Length, SmallVocabulary.Tokens.Length + 1], loaded.Encode("the last").Ids[1..^1]);
    }

    [Fact]
    public void The_configuration_beside_a_vocabulary_is_followed()
    {
        WriteVocabulary([.. SmallVocabulary.Tokens.Select(token => token == "[PAD]" ? "<pad>" : token)]);
        File.WriteAllText(_folder["special_tokens_map.json"], """{"pad_token": {"content": "<pad>", "lstrip": false}}""");
        File.WriteAllText(
            _folder["tokenizer_config.json"],
            """
            {"tokenizer_class": "BertTokenizerFast", "do_lower_case": false, "strip_accents": true, "tokenize_chinese_chars": false,
             "mask_token": "the"}
            """);
        var tokenizer = WordPieceTokenizer.Load(_folder["vocab.txt"]);
        var normalizer = tokenizer.Normalizer;
        Assert.Equal((false, true, false), (normalizer.Lowercase, normalizer.StripAccents, normalizer.HandleChineseChars));
        Assert.Equal(SmallVocabulary.Id("the"), tokenizer.MaskTokenId);
        Assert.Equal(0, tokenizer.PaddingTokenId);
        Assert.Same(normalizer, WordPieceTokenizer.LoadVocabulary(_folder["vocab.txt"], normalizer).Normalizer);
    }

    [Theory]
    [InlineData("""{"do_lower_case": false, "strip_accents": true, "tokenize_chinese_chars": false}""", false, true, false)]
    [InlineData("""{"tokenizer_class": "BertTokenizer", "strip_accents": null}""", true, null, true)]
    [InlineData("""{"tokenizer_class": "BertTokenizerFast"}""", true, false, true)]
    [InlineData("""{"tokenizer_class": "PreTrainedTokenizerFast", "do_lower_case": false}""", true, false, true)]
    public void The_configuration_beside_a_tokenizer_json_counts_in_what_it_sets(string json, bool lowercase, bool? accents, bool chinese)
    {
        new WordPieceTokenizer(new Vocabulary(SmallVocabulary.Tokens), new BertNormalizer { StripAccents = false, CleanText = false }).Save(_folder.Path);
        File.WriteAllText(_folder["tokenizer_config.json"], json);

        var normalizer = WordPieceTokenizer.Load(_folder.Path).Normalizer;

        Assert.Equal((lowercase, accents, chinese), (normalizer.Lowercase, normalizer.StripAccents, normalizer.HandleChineseChars));
        Assert.False(normalizer.CleanText);
    }

    [Theory]
    [InlineData("[UNK]", "unknown")]
    [InlineData("[CLS]", "classification")]
    [InlineData("[SEP]", "separator")]
    [InlineData("[PAD]", "padding")]
    public void A_vocabulary_without_a_special_token_is_refused(string token, string role)
    {
        WriteVocabulary([.. SmallVocabulary.Tokens.Where(other => other != token)]);
        AssertRefused(_folder["vocab.txt"], $"no '{token}', the {role} token");
    }

    [Fact]
    public void Damaged_vocabularies_are_refused_with_the_line()
    {
        File.WriteAllBytes(_folder["vocab.txt"], [.. "[PAD]\n[UNK]\nab"u8, 0xFF, .. "c\n"u8]);
        AssertRefused(_folder["vocab.txt"], "line 3: the bytes are not UTF-8");
        File.WriteAllBytes(_folder["vocab.txt"], []);
        AssertRefused(_folder["vocab.txt"], "empty");
        AssertRefused(_folder["absent.txt"], "no such file");
        Directory.CreateDirectory(_folder["none"]);
        AssertRefused(_folder["none"], "neither tokenizer.json nor vocab.txt");
    }

    [Fact]
    public void Another_kind_of_tokenizer_is_refused_by_name()
    {
        WriteVocabulary();
        File.WriteAllText(_folder["tokenizer_config.json"], """{"tokenizer_class": "RobertaTokenizer"}""");
        AssertRefused(_folder["vocab.txt"], "'RobertaTokenizer'");
        // tokenizer.json tells by itself what it is.
        SmallVocabulary.Uncased.Save(_folder["model"]);
        File.WriteAllText(_folder["model/tokenizer_config.json"], """{"tokenizer_class": "PreTrainedTokenizerFast"}""");
        Assert.Equal(SmallVocabulary.Tokens.Length, WordPieceTokenizer.Load(_folder["model"]).Vocabulary.Count);
        File.WriteAllText(_folder["tokenizer_config.json"], "{");
        AssertRefused(_folder["vocab.txt"], "not valid JSON");
        File.WriteAllText(_folder["tokenizer_config.json"], """{"do_lower_case": "yes"}""");
        AssertRefused(_folder["vocab.txt"], "do_lower_case: true or false");
        File.WriteAllText(_folder["tokenizer_config.json"], """{"\ud800\ud800\ud800\ud800": 1}""");
        AssertRefused(_folder["vocab.txt"], "not valid Unicode");
    }

    [Theory]
    [InlineData("model.type", "\"BPE\"", "'BPE'")]
    [InlineData("model", "null", "no 'model'")]
    [InlineData("model.vocab", "null", "no 'vocab'")]
    [InlineData("model.vocab.the", "7", "the id 7 is that of")]
    [InlineData("model.vocab.the", "\"x\"", "ids run from 0")]
    [InlineData("model.vocab.the", "-1", "ids run from 0")]
    [InlineData("model.vocab.the", "2000000000", "ids run from 0")]
    [InlineData("normalizer", "null", "no 'normalizer'")]
    [InlineData("normalizer.type", "\"Lowercase\"", "'Lowercase'")]
    [InlineData("normalizer.lowercase", "1", "normalizer.lowercase: true or false")]
    [InlineData("pre_tokenizer.type", "\"Whitespace\"", "'Whitespace'")]
    [InlineData("decoder.type", "\"BPEDecoder\"", "'BPEDecoder'")]
    [InlineData("post_processor", "null", "no 'post_processor'")]
    [InlineData("post_processor.type", "\"RobertaProcessing\"", "'RobertaProcessing'")]
    [InlineData("post_processor.pair", "[]", "template")]
    [InlineData("post_processor.special_tokens", "{}", "special_tokens")]
    [InlineData("added_tokens", """[{"id": 999, "content": "<x>"}]""", "'<x>' is 999")]
    [InlineData("added_tokens", """[{"id": 999, "content": "the"}]""", "'the' is 999")]
    public void What_a_BERT_tokenizer_has_not_is_refused_by_name(string path, string value, string message)
    {
        SmallVocabulary.Uncased.Save(_folder.Path);
        var root = JsonNode.Parse(File.ReadAllText(_folder["tokenizer.json"]))!;
        string[] names = path.Split('.');
        var parent = names[..^1].Aggregate(root, (node, name) => node[name]!);
        parent[names[^1]] = JsonNode.Parse(value);
        File.WriteAllText(_folder["tokenizer.json"], root.ToJsonString());
        AssertRefused(_folder.Path, message);
    }

    [Fact]
    public void Files_of_the_first_versions_are_read()
    {
        SmallVocabulary.Uncased.Save(_folder.Path);
        var root = JsonNode.Parse(File.ReadAllText(_folder["tokenizer.json"]))!;
        root["model"]!.AsObject().Remove("type");
        root["post_processor"] = JsonNode.Parse("""{"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]}""");
        root["added_tokens"]!.AsArray().Add(JsonNode.Parse($$"""{"id": {{SmallVocabulary.Tokens.Length}}, "content": "<new>"}"""));
        File.WriteAllText(_folder["tokenizer.json"], root.ToJsonString());
        var tokenizer = WordPieceTokenizer.Load(_folder.Path);
        Assert.Equal([2, 5, SmallVocabulary.Tokens.Length, 3], tokenizer.Encode("the<new>").Ids);
    }

    [Fact]
    public void An_id_that_is_left_out_has_no_token_and_stays_so()
    {
        SmallVocabulary.Uncased.Save(_folder.Path);
        var root = JsonNode.Parse(File.ReadAllText(_folder["tokenizer.json"]))!;
        int gap = SmallVocabulary.Tokens.Length;
        root["model"]!["vocab"]!["behind"] = gap + 1;
        File.WriteAllText(_folder["tokenizer.json"], root.ToJsonString());

        WordPieceTokenizer.Load(_folder.Path).Save(_folder["saved"]);

        foreach (string path in new[] { _folder.Path, _folder["saved"] })
        {
            var tokenizer = WordPieceTokenizer.Load(path);
            Assert.Equal([5, gap + 1], tokenizer.Encode("the behind").Ids[1..^1]);
            Assert.Equal(gap + 2, tokenizer.Vocabulary.Count);
            Assert.False(tokenizer.Vocabulary.TryGetToken(gap, out _));
            Assert.Throws<BertMLNetException>(() => tokenizer.Decode([gap]));
        }
        Assert.Equal([5, gap + 1], WordPieceTokenizer.Load(_folder["saved/vocab.txt"]).Encode("the behind").Ids[1..^1]);
    }

    [Theory]
    [InlineData("""{"do_basic_tokenize": false}""", "do_basic_tokenize")]
    [InlineData("""{"never_split": ["Foo"]}""", "never split, such as 'Foo'")]
    public void Splitting_that_the_fast_tokenizer_does_not_know_is_refused(string configuration, string message)
    {
        WriteVocabulary();
        File.WriteAllText(_folder["tokenizer_config.json"], configuration);
        AssertRefused(_folder.Path, message);
        AssertRefused(_folder.Path, "delete it");
    }

    [Theory]
    [InlineData("""{"do_basic_tokenize": true, "never_split": null}""")]
    [InlineData("""{"never_split": []}""")]
    [InlineData("""{"never_split": ["[SEP]", "[MASK]"]}""")]
    public void Splitting_as_usual_may_be_spelled_out(string configuration)
    {
        WriteVocabulary();
        File.WriteAllText(_folder["tokenizer_config.json"], configuration);
        Assert.Equal(SmallVocabulary.Uncased.Encode("the [SEP]").Ids, WordPieceTokenizer.Load(_folder.Path).Encode("the [SEP]").Ids);
    }

    [Fact]
    public void A_token_of_megabytes_is_refused_wherever_it_stands()
    {
        string token = new('a', 1 << 20);
        WriteVocabulary([.. SmallVocabulary.Tokens, token]);
        AssertRefused(_folder.Path, "no vocabulary: one has at most");
        AssertRefused(_folder["vocab.txt"], "no vocabulary: one has at most");
        WriteVocabulary();
        File.WriteAllText(_folder["added_tokens.json"], $$"""{"{{token}}": {{SmallVocabulary.Tokens.Length}}}""");
        AssertRefused(_folder.Path, "no vocabulary: one has at most");
        new WordPieceTokenizer(new Vocabulary([.. SmallVocabulary.Tokens, token])).Save(_folder["json"]);
        AssertRefused(_folder["json/tokenizer.json"], "no vocabulary: one has at most");
    }

    [Fact]
    public void More_tokens_than_any_model_has_embeddings_are_refused()
    {
        File.WriteAllText(_folder["vocab.txt"], new string('\n', Vocabulary.MostTokens + 1));
        AssertRefused(_folder["vocab.txt"], "no vocabulary: one has at most");
    }

    [Theory]
    [InlineData("vocab.txt", false)]
    [InlineData("vocab.txt", true)]
    [InlineData("tokenizer.json", false)]
    [InlineData("tokenizer_config.json", true)]
    public void A_pipe_is_refused_without_waiting_for_its_writer(string name, bool linked)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes among its files");
        WriteVocabulary();
        File.Delete(_folder[name]);
        using (var made = System.Diagnostics.Process.Start("mkfifo", _folder[linked ? "pipe" : name]))
            made.WaitForExit();
        if (linked)
            File.CreateSymbolicLink(_folder[name], _folder["pipe"]);
        AssertRefused(_folder.Path, $"{name}: is a pipe, a socket or a device");
    }

    [Fact]
    public void A_device_is_refused_without_reading_it()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "the system has no /dev/zero");
        File.CreateSymbolicLink(_folder["vocab.txt"], "/dev/zero");
        AssertRefused(_folder.Path, "vocab.txt: is a pipe, a socket or a device");
    }

    private void WriteVocabulary(params string[] tokens) =>
        File.WriteAllLines(_folder["vocab.txt"], tokens.Length == 0 ? SmallVocabulary.Tokens : tokens);

    private static void AssertRefused(string path, string message)
    {
        var error = Assert.Throws<BertMLNetException>(() => WordPieceTokenizer.Load(path));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
