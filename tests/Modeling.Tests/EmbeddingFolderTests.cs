using BertMLNet.TestKit;
using BertMLNet.Tokenization;

namespace BertMLNet.Modeling.Tests;

/// <summary>Folders of sentence-transformers, read and written.</summary>
public sealed class EmbeddingFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Root => _folder["model"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("cls_token", Pooling.Cls)]
    [InlineData("mean_tokens", Pooling.Mean)]
    [InlineData("max_tokens", Pooling.Max)]
    [InlineData("mean_sqrt_len_tokens", Pooling.MeanSqrtLength)]
    public void Pooling_prompts_and_length_are_read_as_they_are_saved(string mode, Pooling pooling)
    {
        Save(mode, modules: "Pooling Normalize");
        File.WriteAllText(Path.Combine(Root, "sentence_bert_config.json"), """{"max_seq_length": 7, "do_lower_case": false}""");
        File.WriteAllText(
            Path.Combine(Root, "config_sentence_transformers.json"),
            """{"__version__": {"pytorch": "2"}, "prompts": {"query": "query: ", "document": ""}, "default_prompt_name": "query"}""");
        Check(ModelFolder.Open(Root).LoadEmbedding()!);

        LoadReport report = ModelImporter.Import(Root, new ModelFolder(_folder["imported"]));

        Assert.Equal(Heads.Embedding(pooling, normalize: true), report.Head);
        Check(ModelFolder.Open(_folder["imported"]).LoadEmbedding()!);
        Assert.Equal(report.Head, ModelFolder.Open(_folder["imported"]).DetectHead());

        void Check(EmbeddingSettings settings)
        {
            Assert.Equal((pooling, true, 7, "query"), (settings.Pooling, settings.Normalize, settings.MaxLength, settings.DefaultPromptName));
            Assert.Equal(new Dictionary<string, string> { ["query"] = "query: ", ["document"] = "" }, settings.Prompts);
        }
    }

    [Fact]
    public void An_encoder_in_a_folder_of_its_own_becomes_one_folder()
    {
        Save("mean_tokens", modules: "Pooling", encoder: "0_Transformer");

        ModelImporter.Import(Root, new ModelFolder(_folder["imported"]));

        var imported = ModelFolder.Open(_folder["imported"]);
        Assert.Equal(Heads.Embedding(Pooling.Mean, normalize: false), imported.DetectHead());
        Models.AssertEqual(
            new ModelFolder(Path.Combine(Root, "0_Transformer")).LoadParameters().Parameters, imported.LoadParameters().Parameters);
    }

    /// <summary>Lower case comes first, and accents are the tokenizer's own business, which keeps them.</summary>
    [Fact]
    public void Texts_become_lower_case_where_the_folder_says_so()
    {
        Save("mean_tokens", modules: "Pooling");
        File.WriteAllText(Path.Combine(Root, "tokenizer_config.json"), """{"do_lower_case": false}""");
        Assert.Equal("[UNK]", Only("É"));
        File.WriteAllText(Path.Combine(Root, "sentence_bert_config.json"), """{"do_lower_case": true}""");
        Assert.Equal("é", Only("É"));
        ModelImporter.Import(Root, new ModelFolder(_folder["imported"]));
        Assert.Equal("é", WordPieceTokenizer.Load(_folder["imported"]).EncodeToTokens("É", out _).Single().Value);

        string Only(string text)
        {
            ModelFolder model = ModelFolder.Open(Root);
            return model.LoadTokenizer(model.LoadConfig()).EncodeToTokens(text, out _).Single().Value;
        }
    }

    [Fact]
    public void The_pooler_which_has_no_file_there_stands_in_the_configuration()
    {
        Save(mode: null, modules: null);
        ModelImporter.Import(Root, new ModelFolder(_folder["imported"]), new ImportOptions { Pooling = Pooling.Pooler, Normalize = true });

        Assert.False(File.Exists(Path.Combine(_folder["imported"], "modules.json")));
        EmbeddingSettings settings = ModelFolder.Open(_folder["imported"]).LoadEmbedding()!;
        Assert.Equal((Pooling.Pooler, true), (settings.Pooling, settings.Normalize));
    }

    [Fact]
    public void What_is_asked_for_comes_before_what_the_folder_says()
    {
        Save("mean_tokens", modules: "Pooling Dense");
        ModelImporter.Import(Root, new ModelFolder(_folder["imported"]), new ImportOptions { Pooling = Pooling.Cls });
        Assert.Equal(Pooling.Cls, ModelFolder.Open(_folder["imported"]).LoadEmbedding()!.Pooling);
    }

    [Fact]
    public void A_folder_that_says_nothing_of_pooling_is_an_encoder()
    {
        Save(mode: null, modules: null);
        Assert.Null(ModelFolder.Open(Root).LoadEmbedding());
        Assert.Same(Heads.Encoder, ModelFolder.Open(Root).DetectHead());
    }

    [Theory]
    [InlineData("mean_tokens", "Pooling Dense", "modules.json: [2].type: the module 'sentence_transformers.models.Dense' is not supported")]
    [InlineData("mean_tokens", "Normalize", "modules.json: [1].type: the module 'sentence_transformers.models.Normalize' is not supported")]
    [InlineData("lasttoken", "Pooling", "1_Pooling/config.json: the pooling lasttoken is not supported; supported is one of cls_token")]
    [InlineData("mean_tokens max_tokens", "Pooling", "the pooling mean_tokens with max_tokens is not supported")]
    [InlineData("", "Pooling", "the pooling none is not supported")]
    public void Other_modules_and_poolings_are_refused_by_name(string mode, string modules, string expected)
    {
        Save(mode, modules);
        string message = Assert.Throws<BertMLNetException>(() => ModelImporter.Import(Root, new ModelFolder(_folder["imported"]))).Message;
        Assert.Contains(expected, message.Replace('\\', '/'), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Theory]
    [InlineData("modules.json", "{}", "expected a JSON array, found object")]
    [InlineData("modules.json", """[{"type": "sentence_transformers.models.Transformer"}]""", null)]
    [InlineData("modules.json", """[{"path": ""}]""", "the field \"type\" is missing")]
    [InlineData("modules.json", """[{"type": "a.Transformer", "path": ""}, {"type": "a.Pooling", "path": "../.."}]""", "a folder inside the model's is expected")]
    [InlineData("1_Pooling/config.json", """{"word_embedding_dimension": 3, "pooling_mode_cls_token": true}""", "\"word_embedding_dimension\" is 3")]
    [InlineData("config_sentence_transformers.json", """{"prompts": {"a": 1}}""", "a text is expected, not 1")]
    [InlineData("config_sentence_transformers.json", """{"default_prompt_name": "b"}""", "no prompt has that name")]
    [InlineData("sentence_bert_config.json", """{"max_seq_length": "x"}""", "a whole number is expected")]
    public void Damage_is_told_in_one_line(string file, string content, string? expected)
    {
        Save("mean_tokens", modules: "Pooling");
        File.WriteAllText(Path.Combine(Root, file), content);
        Exception? error = Record.Exception(() => ModelFolder.Open(Root).LoadEmbedding());
        if (expected is null)
        {
            Assert.Null(error);
            return;
        }
        string message = Assert.IsType<BertMLNetException>(error).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains(file.Split('/')[^1], message, StringComparison.Ordinal);
    }

    /// <summary>A folder as sentence-transformers writes it.</summary>
    private void Save(string? mode, string? modules, string encoder = "")
    {
        var model = new ModelFolder(Path.Combine(Root, encoder));
        model.Save(Models.Random(Models.Tiny, Heads.Encoder, seed: 1));
        File.WriteAllLines(model.VocabularyPath, ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "é", "e"]);
        if (modules is null)
            return;
        string[] list = ["Transformer", .. modules.Split(' ')];
        File.WriteAllText(Path.Combine(Root, "modules.json"), "[" + string.Join(", ", list.Select((name, i) =>
            $$"""{"idx": {{i}}, "name": "{{i}}", "path": "{{(i == 0 ? encoder : $"{i}_{name}")}}", "type": "sentence_transformers.models.{{name}}"}""")) + "]");
        Directory.CreateDirectory(Path.Combine(Root, "1_Pooling"));
        IEnumerable<string> modes = new[] { "cls_token", "mean_tokens", "max_tokens", "mean_sqrt_len_tokens", "weightedmean_tokens", "lasttoken" }
            .Select(name => $"\"pooling_mode_{name}\": {(mode!.Split(' ').Contains(name) ? "true" : "false")}");
        File.WriteAllText(
            Path.Combine(Root, "1_Pooling", "config.json"),
            $$"""{"word_embedding_dimension": {{Models.Tiny.HiddenSize}}, {{string.Join(", ", modes)}}}""");
    }
}
