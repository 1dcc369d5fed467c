using System.Text.Json;
using BertMLNet.TestKit;

namespace BertMLNet.Modeling.Tests;

public sealed class BertConfigTests
{
    private const string Minimal =
        """
        "vocab_size": 100, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 32
        """;

    [Fact]
    public void Googles_file_is_read()
    {
        BertConfig config = BertConfig.Load(SharedData.PathOf("fixtures", "checkpoints", "tf-bert-base-index", "bert_config.json"));

        Assert.Equal(5981, config.VocabSize);
        Assert.Equal((768, 12, 12, 3072), (config.HiddenSize, config.NumHiddenLayers, config.NumAttentionHeads, config.IntermediateSize));
        Assert.Null(config.Architecture);
        Assert.Equal(1e-12f, config.LayerNormEps);
    }

    [Fact]
    public void Hugging_Faces_file_is_read_with_its_labels_in_order()
    {
        BertConfig config = BertConfig.Load(SharedData.PathOf("fixtures", "checkpoints", "hf-zip-pickle", "config.json"));

        Assert.Equal("BertForTokenClassification", config.Architecture);
        Assert.Equal(9, config.NumLabels);
        Assert.Equal("I-LOC", config.Labels[8]);
        Assert.Equal(16, config.MaxPositionEmbeddings);
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var config = new BertConfig
        {
            VocabSize = 77, HiddenSize = 24, NumHiddenLayers = 3, NumAttentionHeads = 3, IntermediateSize = 50, HiddenAct = Activation.GeluTanh,
            HiddenDropoutProb = 0.2f, AttentionProbsDropoutProb = 0f, ClassifierDropout = 0.3f, MaxPositionEmbeddings = 40, TypeVocabSize = 1,
            InitializerRange = 0.01f, LayerNormEps = 1e-6f, PadTokenId = 5, PositionEmbedding = PositionEmbedding.Sinusoidal,
            Labels = ["nein", "\"ja\"", "日本"], Architecture = "BertForSequenceClassification",
        };

        BertConfig back = BertConfig.FromJson(config.ToJson(Heads.Classes));

        Assert.Equal(config.Labels, back.Labels);
        Assert.Equal(config with { Labels = back.Labels }, back);
    }

    [Theory]
    [InlineData("None", "BertModel")]
    [InlineData("PairClassification", "BertForSequenceClassification")]
    [InlineData("QuestionAnswering", "BertForQuestionAnswering")]
    [InlineData("MaskedLanguageModel", "BertForMaskedLM")]
    public void Architectures_name_the_head_in_both_directions(string name, string architecture)
    {
        Head head = Models.HeadOf(name);
        using JsonDocument json = JsonDocument.Parse(new BertConfig().ToJson(head));

        Assert.Equal(architecture, json.RootElement.GetProperty("architectures")[0].GetString());
        Assert.Equal("bert", json.RootElement.GetProperty("model_type").GetString());
        Assert.Equal(head, new BertConfig { Architecture = architecture }.Head);
    }

    [Fact]
    public void Sinusoidal_positions_are_an_absolute_table_to_other_readers()
    {
        using JsonDocument json = JsonDocument.Parse(new BertConfig { PositionEmbedding = PositionEmbedding.Sinusoidal }.ToJson(Heads.Encoder));

        Assert.Equal("absolute", json.RootElement.GetProperty("position_embedding_type").GetString());
    }

    [Theory]
    [InlineData("""{"1": "b", "0": "a"}""")]
    [InlineData("""{"0": "a", "1": "b"}""")]
    public void Label_names_may_come_in_any_order(string id2label) =>
        Assert.Equal(["a", "b"], BertConfig.FromJson($$"""{ {{Minimal}}, "id2label": {{id2label}} }""").Labels);

    [Fact]
    public void Label_names_are_taken_from_label2id_or_made_from_a_count()
    {
        Assert.Equal(["x", "y"], BertConfig.FromJson($$"""{ {{Minimal}}, "label2id": {"y": 1, "x": 0} }""").Labels);
        Assert.Equal(["LABEL_0", "LABEL_1", "LABEL_2"], BertConfig.FromJson($$"""{ {{Minimal}}, "num_labels": 3 }""").Labels);
    }

    [Fact]
    public void Null_and_unknown_fields_and_a_byte_order_mark_are_taken()
    {
        BertConfig config = BertConfig.FromJson($$"""{{'\uFEFF'}}{ {{Minimal}}, "classifier_dropout": null, "made_up": [1, {"a": 2}] }""");

        Assert.Null(config.ClassifierDropout);
    }

    [Theory]
    [InlineData("BertForSequenceClassification", "\"single_label_classification\"")]
    [InlineData("BertForSequenceClassification", "\"regression\"")]
    [InlineData("BertForSequenceClassification", "null")]
    [InlineData("BertForQuestionAnswering", "\"regression\"")]
    public void One_class_of_several_or_a_value_is_what_a_classifier_may_be_for(string architecture, string problem) =>
        Assert.Equal(architecture, BertConfig.FromJson($$"""{ {{Minimal}}, "architectures": ["{{architecture}}"], "problem_type": {{problem}} }""").Architecture);

    [Theory]
    [InlineData("gelu", Activation.Gelu)]
    [InlineData("gelu_new", Activation.GeluTanh)]
    [InlineData("gelu_pytorch_tanh", Activation.GeluTanh)]
    [InlineData("relu", Activation.Relu)]
    [InlineData("tanh", Activation.Tanh)]
    [InlineData("swish", Activation.Silu)]
    [InlineData("silu", Activation.Silu)]
    public void Activations_are_known_by_name(string name, Activation activation) =>
        Assert.Equal(activation, BertConfig.FromJson($$"""{ {{Minimal}}, "hidden_act": "{{name}}" }""").HiddenAct);

    [Theory]
    [InlineData("\"model_type\": \"roberta\"", "roberta")]
    [InlineData("\"architectures\": [\"AlbertModel\"]", "AlbertModel")]
    [InlineData("\"architectures\": [\"RobertaForSequenceClassification\"]", "RobertaForSequenceClassification")]
    [InlineData("\"position_embedding_type\": \"relative_key\"", "relative_key")]
    [InlineData("\"position_embedding_type\": \"relative_key_query\"", "relative_key_query")]
    [InlineData("\"hidden_act\": \"mish\"", "mish")]
    [InlineData("\"is_decoder\": true", "is_decoder")]
    [InlineData("\"pruned_heads\": {\"0\": [1]}", "pruned_heads")]
    [InlineData("\"id2label\": {\"0\": \"a\", \"2\": \"b\"}", "id2label")]
    [InlineData("\"id2label\": {\"0\": \"a\", \"1\": \"a\"}", "'a'|\"a\"")]
    [InlineData("\"id2label\": {\"0\": {\"x\": 1}}", "id2label")]
    [InlineData("\"num_labels\": 2000000000", "num_labels")]
    [InlineData("\"max_position_embeddings\": -1", "max_position_embeddings")]
    [InlineData("\"type_vocab_size\": 0", "type_vocab_size")]
    [InlineData("\"hidden_dropout_prob\": 1.5", "hidden_dropout_prob")]
    [InlineData("\"layer_norm_eps\": \"small\"", "layer_norm_eps")]
    [InlineData("\"pad_token_id\": 100", "pad_token_id")]
    [InlineData("\"architectures\": [\"BertForSequenceClassification\"], \"problem_type\": \"ranking\"", "ranking")]
    public void What_is_not_supported_is_refused_by_name(string field, string named)
    {
        var error = Assert.Throws<BertMLNetException>(() => BertConfig.FromJson($$"""{ {{Minimal}}, {{field}} }""", "some.json"));

        Assert.StartsWith("some.json", error.Message);
        Assert.Contains(named.Split('|'), error.Message.Contains);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("hidden_size", 18)]
    [InlineData("hidden_size", 0)]
    [InlineData("hidden_size", 2_000_000_000)]
    [InlineData("num_attention_heads", 0)]
    [InlineData("num_hidden_layers", -3)]
    [InlineData("num_hidden_layers", 1_000_000)]
    [InlineData("vocab_size", 2_000_000_000)]
    [InlineData("intermediate_size", 0)]
    public void Sizes_that_do_not_fit_are_refused_with_the_field(string field, int value)
    {
        string json = $$"""{ {{Minimal}} }""".Replace($"\"{field}\":", $"\"{field}\": {value}, \"old\":", StringComparison.Ordinal);

        var error = Assert.Throws<BertMLNetException>(() => BertConfig.FromJson(json));

        Assert.Contains($"\"{field}\"", error.Message);
    }

    [Theory]
    [InlineData("", "line 1")]
    [InlineData("{\n\"a\": NaN }", "line 2")]
    [InlineData("[]", "object")]
    [InlineData("{}", "vocab_size")]
    [InlineData("{\"\\ud800\": 1, \"model_type\": \"\\ud800\"}", "text")]
    public void Damaged_json_is_one_clear_line(string json, string expected)
    {
        var error = Assert.Throws<BertMLNetException>(() => BertConfig.FromJson(json));

        Assert.Contains(expected, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        using var folder = new TemporaryFolder();

        Assert.Contains("none.json", Assert.Throws<BertMLNetException>(() => BertConfig.Load(folder["none.json"])).Message);
    }

    [Fact]
    public void How_a_model_answers_is_kept_with_question_answering_and_nothing_else()
    {
        var settings = new QuestionAnsweringOptions { MaxLength = 256, DocStride = 64, MaxQuestionLength = 32, MaxAnswerLength = 20, NullThreshold = -1.25 };
        var config = new BertConfig { Answering = settings };
        Assert.Equal(settings, BertConfig.FromJson(config.ToJson(Heads.Questions)).Answering);
        Assert.Null(BertConfig.FromJson(config.ToJson(Heads.Classes)).Answering);
        Assert.Null(BertConfig.FromJson(new BertConfig().ToJson(Heads.Questions)).Answering);
    }

    [Fact]
    public void How_texts_were_seen_is_kept_with_a_classifier()
    {
        var settings = new ClassificationSettings { MaxLength = 64, SentencePairs = false };
        var config = new BertConfig { Classification = settings };
        Assert.Equal(settings, BertConfig.FromJson(config.ToJson(Heads.Classes)).Classification);
        Assert.Equal(64, config.LongestClassified);
        Assert.Equal(512, new BertConfig().LongestClassified);
        Assert.Null(BertConfig.FromJson(config.ToJson(Heads.Questions)).Classification);
    }

    [Theory]
    [InlineData("""{"text-classification": {"max_seq_len": 513}}""", "max_seq_len")]
    [InlineData("""{"text-classification": {"max_seq_len": 4}}""", "max_seq_len")]
    [InlineData("""{"text-classification": {"sentence_pairs": 1}}""", "sentence_pairs")]
    [InlineData("""{"question-answering": {"null_threshold": "high"}}""", "null_threshold")]
    [InlineData("""{"question-answering": {"max_seq_len": 1.5}}""", "max_seq_len")]
    public void Damaged_settings_of_a_task_are_refused_by_name(string json, string expected)
    {
        string config = $$"""{ {{Minimal}}, "task_specific_params": {{json}} }""";
        Assert.Contains(expected, Assert.Throws<BertMLNetException>(() => BertConfig.FromJson(config)).Message);
    }

    [Theory]
    [InlineData("""{"summarization": {"max_length": 5}}""")]
    [InlineData("[]")]
    [InlineData("null")]
    public void Settings_of_other_tasks_are_passed_over(string json) =>
        Assert.Null(BertConfig.FromJson($$"""{ {{Minimal}}, "task_specific_params": {{json}} }""").Answering);
}
