using System.Text.Json;
using BertMLNet.TestKit;

namespace BertMLNet.Modeling.Tests;

/// <summary>DistilBERT and ELECTRA go by their own names in files, and by BERT's everywhere else.</summary>
public sealed class EncoderTests
{
    private const string DistilBert =
        """
        "model_type": "distilbert", "vocab_size": 40, "dim": 8, "n_layers": 2, "n_heads": 2, "hidden_dim": 12, "max_position_embeddings": 10
        """;

    private const string Electra =
        """
        "model_type": "electra", "vocab_size": 40, "embedding_size": 4, "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2,
        "intermediate_size": 12, "max_position_embeddings": 10, "summary_type": "first", "summary_use_proj": true,
        "summary_activation": "gelu", "summary_last_dropout": 0.1
        """;

    public static TheoryData<string, string> EveryHead
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (EncoderVariant encoder in Encoders.All)
            {
                foreach (Head head in encoder.Read.Union([Heads.Tokens]))
                    cases.Add(encoder.Name, head.Name);
            }
            return cases;
        }
    }

    [Fact]
    public void DistilBERTs_configuration_is_read()
    {
        BertConfig config = BertConfig.FromJson(
            $$"""
            { {{DistilBert}}, "activation": "relu", "dropout": 0.3, "attention_dropout": 0.4, "seq_classif_dropout": 0.5, "qa_dropout": 0.6,
              "architectures": ["DistilBertForSequenceClassification"], "sinusoidal_pos_embds": true, "hidden_size": 99, "type_vocab_size": 99 }
            """);

        Assert.Same(Encoders.DistilBert, config.Encoder);
        Assert.Equal((8, 8, 2, 2, 12), (config.HiddenSize, config.EmbeddingSize, config.NumHiddenLayers, config.NumAttentionHeads, config.IntermediateSize));
        Assert.Equal((Activation.Relu, 0, 10, 1e-12f), (config.HiddenAct, config.TypeVocabSize, config.MaxPositionEmbeddings, config.LayerNormEps));
        Assert.Equal(PositionEmbedding.Sinusoidal, config.PositionEmbedding);
        Assert.Same(Heads.Classes, config.Head);
        Assert.True(config.TakesPairs);
        Assert.Equal(
            [0.3f, 0.4f, 0.5f, 0.3f, 0.6f],
            new[] { DropoutSite.Hidden, DropoutSite.Attention, DropoutSite.Classifier, DropoutSite.Tokens, DropoutSite.Answers }.Select(config.DropoutAt));
    }

    [Fact]
    public void What_DistilBERTs_configuration_does_not_say_is_Hugging_Faces_default()
    {
        BertConfig config = BertConfig.FromJson($$"""{ {{DistilBert}} }""");

        Assert.Equal((Activation.Gelu, PositionEmbedding.Learned), (config.HiddenAct, config.PositionEmbedding));
        Assert.Equal(
            [0.1f, 0.1f, 0.2f, 0.1f, 0.1f],
            new[] { DropoutSite.Hidden, DropoutSite.Attention, DropoutSite.Classifier, DropoutSite.Tokens, DropoutSite.Answers }.Select(config.DropoutAt));
    }

    [Fact]
    public void ELECTRAs_configuration_is_read()
    {
        BertConfig config = BertConfig.FromJson($$"""{ {{Electra}}, "architectures": ["ElectraForMaskedLM"], "classifier_dropout": 0.3 }""");

        Assert.Same(Encoders.Electra, config.Encoder);
        Assert.Equal((4, 8, 2), (config.EmbeddingSize, config.HiddenSize, config.TypeVocabSize));
        Assert.Same(Heads.MaskedTokens, config.Head);
        Assert.Equal((0.3f, 0f), (config.DropoutAt(DropoutSite.Tokens), config.DropoutAt(DropoutSite.Answers)));
        Assert.Equal(128, BertConfig.FromJson($$"""{ {{Electra.Replace("\"embedding_size\": 4,", "")}} }""").EmbeddingSize);
    }

    [Theory]
    [InlineData("DistilBertModel", "distilbert", "None")]
    [InlineData("DistilBertForMaskedLM", "distilbert", "MaskedLanguageModel")]
    [InlineData("DistilBertForMultipleChoice", "distilbert", "None")]
    [InlineData("BertForQuestionAnswering", "distilbert", "None")]
    [InlineData("ElectraForQuestionAnswering", "electra", "QuestionAnswering")]
    [InlineData("ElectraForSequenceClassification", "electra", "PairClassification")]
    [InlineData("ElectraForPreTraining", "electra", "None")]
    public void Classes_name_the_encoder_and_the_head(string architecture, string type, string head)
    {
        string fields = type is "electra" ? Electra : DistilBert;
        Assert.Equal(head, BertConfig.FromJson($$"""{ {{fields}}, "architectures": ["{{architecture}}"] }""").Head.Name);
        if (architecture.StartsWith("Bert", StringComparison.Ordinal))
            return;
        string untyped = fields.Replace($"\"model_type\": \"{type}\",", "");
        Assert.Equal(type, BertConfig.FromJson($$"""{ {{untyped}}, "architectures": ["{{architecture}}"] }""").Encoder.ModelType);
    }

    [Theory]
    [MemberData(nameof(EveryHead))]
    public void A_folder_is_written_under_its_own_names_and_read_back(string encoder, string head)
    {
        using var folder = new TemporaryFolder();
        ParameterSet saved = Models.Random(ConfigOf(encoder), Models.HeadOf(head), seed: 3);
        var model = new ModelFolder(folder.Path);
        model.Save(saved);

        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(model.ConfigPath));
        Assert.Equal(saved.Config.Encoder.ModelType, json.RootElement.GetProperty("model_type").GetString());
        BertConfig config = model.LoadConfig();
        Assert.Equal(saved.Config with { Architecture = config.Architecture, ProblemType = config.ProblemType, Labels = config.Labels }, config);
        Assert.StartsWith(saved.Config.Encoder.ClassPrefix, config.Architecture, StringComparison.Ordinal);

        using ICheckpoint weights = model.OpenWeights();
        (ParameterSet back, LoadReport report) = ParameterSet.Load(weights, config, saved.Head);
        Models.AssertEqual(saved, back);
        Assert.Equal(weights.Tensors.Keys.Order(), report.Loaded.Order());
        Assert.Equal(saved.Specs.Select(spec => spec.Name), report.Loaded.Select(config.Encoder.ParameterOf));
        if (!string.Equals(encoder, "BERT"))
            Assert.DoesNotContain(weights.Tensors.Keys, name => name.StartsWith("bert.", StringComparison.Ordinal) || name.StartsWith("cls.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("DistilBERT", "PairClassification", "distilbert.transformer.layer.1.sa_layer_norm.bias pre_classifier.weight classifier.bias")]
    [InlineData("DistilBERT", "MaskedLanguageModel", "vocab_transform.weight vocab_layer_norm.weight vocab_projector.bias")]
    [InlineData("DistilBERT", "TokenClassification", "distilbert.transformer.layer.0.ffn.lin2.weight classifier.weight")]
    [InlineData("ELECTRA", "Regression", "electra.embeddings_project.weight classifier.dense.bias classifier.out_proj.weight")]
    [InlineData("ELECTRA", "TokenClassification", "electra.encoder.layer.1.attention.self.key.weight classifier.weight")]
    [InlineData("ELECTRA", "MaskedLanguageModel", "generator_predictions.dense.weight generator_predictions.LayerNorm.bias generator_lm_head.bias")]
    [InlineData("ELECTRA", "QuestionAnswering", "qa_outputs.weight electra.embeddings.token_type_embeddings.weight")]
    public void Files_have_the_published_names(string encoder, string head, string names)
    {
        Head read = Models.HeadOf(head);
        string[] all = [.. BertParameters.For(ConfigOf(encoder), read).Select(spec => ConfigOf(encoder).Encoder.NameInFiles(spec.Name, read))];
        Assert.All(names.Split(' '), name => Assert.Contains(name, all));
    }

    /// <summary>As training scripts, old versions and wrappers leave names and buffers behind.</summary>
    [Theory]
    [InlineData("DistilBERT", "")]
    [InlineData("DistilBERT", "module.")]
    [InlineData("ELECTRA", "discriminator.")]
    [InlineData("ELECTRA", "")]
    public void Wrapped_names_old_normalisations_and_buffers_are_understood(string encoder, string wrapper)
    {
        ParameterSet saved = Models.Random(ConfigOf(encoder), Heads.Classes, seed: 5);
        var checkpoint = new MemoryCheckpoint(
            saved,
            name => wrapper + InFiles(saved, name).Replace("LayerNorm.weight", "LayerNorm.gamma").Replace("LayerNorm.bias", "LayerNorm.beta"));
        checkpoint.Add($"{wrapper}{saved.Config.Encoder.ModelType}.embeddings.position_ids", [1, 10], new float[10]);

        (ParameterSet back, LoadReport report) = ParameterSet.Load(checkpoint, saved.Config, Heads.Classes);

        Models.AssertEqual(saved, back);
        Assert.Empty(report.Unused);
        Assert.Empty(report.Initialized);
    }

    [Theory]
    [InlineData("DistilBERT")]
    [InlineData("ELECTRA")]
    public void An_encoder_saved_alone_gets_its_prefix_and_a_head_that_starts_anew_goes_by_its_own_name(string encoder)
    {
        ParameterSet saved = Models.Random(ConfigOf(encoder), Heads.Encoder, seed: 6);
        string prefix = $"{saved.Config.Encoder.ModelType}.";
        var checkpoint = new MemoryCheckpoint(saved, name => InFiles(saved, name)[prefix.Length..]);

        (ParameterSet back, LoadReport report) = ParameterSet.Load(checkpoint, saved.Config, Heads.Classes);

        foreach (ParameterSpec spec in saved.Specs)
            Assert.Equal(saved[spec.Name], back[spec.Name]);
        Assert.Equal(
            encoder is "ELECTRA"
                ? ["classifier.dense.weight", "classifier.dense.bias", "classifier.out_proj.weight", "classifier.out_proj.bias"]
                : ["pre_classifier.weight", "pre_classifier.bias", "classifier.weight", "classifier.bias"],
            report.Initialized);
    }

    [Theory]
    [InlineData("DistilBERT", "vocab_projector.weight")]
    [InlineData("ELECTRA", "generator_lm_head.weight")]
    public void An_output_matrix_must_be_the_word_embeddings(string encoder, string decoder)
    {
        ParameterSet saved = Models.Random(ConfigOf(encoder), Heads.MaskedTokens, seed: 7);
        float[] words = [.. saved[BertParameters.WordEmbeddings]];
        MemoryCheckpoint Checkpoint()
        {
            var checkpoint = new MemoryCheckpoint(saved, name => InFiles(saved, name));
            checkpoint.Add(decoder, [saved.Config.VocabSize, saved.Config.EmbeddingSize], words);
            return checkpoint;
        }

        Assert.Empty(ParameterSet.Load(Checkpoint(), saved.Config, Heads.MaskedTokens).Report.Unused);
        words[3]++;
        var error = Assert.Throws<BertMLNetException>(() => ParameterSet.Load(Checkpoint(), saved.Config, Heads.MaskedTokens));
        Assert.Contains(decoder, error.Message, StringComparison.Ordinal);
    }

    /// <summary>Published models say that their positions started as sines, and hold learned ones.</summary>
    [Fact]
    public void DistilBERTs_table_of_positions_counts_whatever_it_started_as()
    {
        ParameterSet saved = Models.Random(ConfigOf("DistilBERT") with { PositionEmbedding = PositionEmbedding.Sinusoidal }, Heads.Encoder, seed: 8);
        using var folder = new TemporaryFolder();
        new ModelFolder(folder.Path).Save(saved);

        Models.AssertEqual(saved, new ModelFolder(folder.Path).LoadParameters().Parameters);
    }

    [Fact]
    public void Errors_name_fields_and_tensors_as_the_files_do()
    {
        var size = Assert.Throws<BertMLNetException>(() => BertConfig.FromJson($$"""{ {{DistilBert.Replace("\"dim\": 8", "\"dim\": 0")}} }"""));
        Assert.Contains("\"dim\" is 0", size.Message, StringComparison.Ordinal);
        var missing = Assert.Throws<BertMLNetException>(() => BertConfig.FromJson($$"""{ {{DistilBert.Replace("\"n_heads\": 2,", "")}} }"""));
        Assert.Contains("n_heads", missing.Message, StringComparison.Ordinal);
        ParameterSet saved = Models.Random(ConfigOf("DistilBERT"), Heads.Encoder, seed: 9);
        var cut = new MemoryCheckpoint(saved, name => InFiles(saved, name).Replace("layer.1.ffn.lin2", "lost"));
        var tensor = Assert.Throws<BertMLNetException>(() => ParameterSet.Load(cut, saved.Config, Heads.Encoder));
        Assert.Contains("'distilbert.transformer.layer.1.ffn.lin2.weight'", tensor.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("roberta")]
    [InlineData("xlm-roberta")]
    [InlineData("deberta-v2")]
    [InlineData("modernbert")]
    [InlineData("mpnet")]
    [InlineData("albert")]
    public void Other_encoders_are_refused_by_name_with_what_there_is(string type)
    {
        var error = Assert.Throws<BertMLNetException>(() => BertConfig.FromJson($$"""{ "model_type": "{{type}}" }""", "some.json"));
        Assert.Contains($"\"{type}\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("only \"bert\", \"distilbert\", \"electra\" models", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DistilBERT")]
    [InlineData("ELECTRA")]
    public void A_head_that_there_is_for_BERT_alone_is_refused_by_name(string encoder)
    {
        var error = Assert.Throws<BertMLNetException>(() => new ParameterSet(ConfigOf(encoder), Heads.PreTraining));
        Assert.Contains($"{encoder} model has no head PreTraining", error.Message, StringComparison.Ordinal);
    }

    private static string InFiles(ParameterSet set, string parameter) => set.Config.Encoder.NameInFiles(parameter, set.Head);

    private static BertConfig ConfigOf(string encoder) => encoder switch
    {
        "DistilBERT" => BertConfig.FromJson($$"""{ {{DistilBert}} }"""),
        "ELECTRA" => BertConfig.FromJson($$"""{ {{Electra}} }"""),
        _ => Models.Tiny,
    };
}
