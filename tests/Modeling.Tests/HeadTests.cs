using System.Text.Json;

namespace BertMLNet.Modeling.Tests;

public sealed class HeadTests
{
    private static readonly BertConfig Config = Models.Tiny with { Labels = ["a", "b", "c"] };

    [Fact]
    public void No_two_heads_look_alike_on_disk() =>
        Assert.Equal(Heads.All.Count, Heads.All.Select(head => (head.Architecture, head.ProblemType)).Distinct().Count());

    [Fact]
    public void Every_loss_has_a_head() => Assert.Equal(
        Enum.GetValues<Loss>(),
        Heads.All.SelectMany(head => head.Branches).Select(branch => branch.Loss).OfType<Loss>().Distinct().Order());

    [Fact]
    public void A_head_with_another_loss_on_the_same_tensors_saves_its_problem()
    {
        Assert.Equal("multi_label_classification", Saved(Heads.Labels).GetProperty("problem_type").GetString());
        Assert.Equal("regression", Saved(Heads.Value).GetProperty("problem_type").GetString());
        Assert.False(Saved(Heads.Classes).TryGetProperty("problem_type", out _));
        Assert.Equal(BertParameters.For(Config, Heads.Classes).Select(spec => (spec.Name, spec.Count)),
            BertParameters.For(Config, Heads.Labels).Select(spec => (spec.Name, spec.Count)));
    }

    [Fact]
    public void Labels_are_saved_with_the_heads_that_have_them()
    {
        foreach (Head head in Heads.All)
            Assert.Equal(head.HasLabels, Saved(head).TryGetProperty("id2label", out _));
        Assert.Equal([Heads.Classes, Heads.Labels, Heads.Value, Heads.Tokens], Heads.All.Where(head => head.HasLabels));
    }

    [Fact]
    public void A_classifier_of_tokens_has_no_pooler()
    {
        string[] names = [.. BertParameters.For(Config, Heads.Tokens).Select(spec => spec.Name)];
        Assert.Equal(["classifier.weight", "classifier.bias"], names[^2..]);
        Assert.DoesNotContain($"{BertParameters.Pooler}.weight", names);
    }

    [Theory]
    [InlineData("BertForNextSentencePrediction")]
    [InlineData("BertForMultipleChoice")]
    [InlineData(null)]
    public void A_model_of_a_class_that_no_task_has_is_read_as_an_encoder(string? architecture) =>
        Assert.Same(Heads.Encoder, new BertConfig { Architecture = architecture }.Head);

    [Fact]
    public void A_problem_that_no_task_has_is_refused_by_name()
    {
        string json = Config.ToJson(Heads.Labels).Replace(Heads.Labels.ProblemType!, "ranking", StringComparison.Ordinal);
        var error = Assert.Throws<BertMLNetException>(() => BertConfig.FromJson(json));

        Assert.Contains("problem_type \"ranking\"", error.Message, StringComparison.Ordinal);
        Assert.Contains(
            "\"single_label_classification\" and \"multi_label_classification\" and \"regression\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Thresholds_and_activations_are_kept()
    {
        BertConfig written = Config with
        {
            Labels = ["a", "b", "c"],
            ScoreActivation = ScoreActivation.Identity,
            Classification = new ClassificationSettings { Thresholds = [0.25f, 0.5f, 0.75f] },
        };
        BertConfig read = BertConfig.FromJson(written.ToJson(Heads.Labels));

        Assert.Same(Heads.Labels, read.Head);
        Assert.Equal(written.Classification.Thresholds, read.Classification!.Thresholds);
        Assert.Equal(ScoreActivation.Identity, read.ScoreActivation);
    }

    [Theory]
    [InlineData("\"sentence_transformers\": {\"activation_fn\": \"torch.nn.modules.activation.Sigmoid\"}", ScoreActivation.Sigmoid)]
    [InlineData("\"sentence_transformers\": {\"version\": \"5.0\"}", null)]
    [InlineData("\"sbert_ce_default_activation_function\": \"torch.nn.modules.linear.Identity\"", ScoreActivation.Identity)]
    [InlineData("\"sbert_ce_default_activation_function\": null", null)]
    public void What_sentence_transformers_says_of_scores_is_read_in_both_places(string field, ScoreActivation? activation) =>
        Assert.Equal(activation, BertConfig.FromJson($"{{{field},{Config.ToJson(Heads.Classes)[1..]}").ScoreActivation);

    [Theory]
    [InlineData("\"sbert_ce_default_activation_function\": \"torch.nn.modules.activation.Tanh\"", "sbert_ce_default_activation_function \"torch.nn.modules.activation.Tanh\"")]
    [InlineData("\"sentence_transformers\": {\"activation_fn\": \"my.Own\"}", "activation_fn \"my.Own\"")]
    [InlineData("\"task_specific_params\": {\"text-classification\": {\"thresholds\": [0.5, 0.5, 0.5]}}", "\"thresholds\" has 3 entries, expected one for all labels or one each, 2")]
    [InlineData("\"task_specific_params\": {\"text-classification\": {\"thresholds\": [1.5]}}", "one of \"thresholds\" is 1.5")]
    public void What_is_not_known_of_scores_is_refused_by_name(string field, string named)
    {
        string json = Config.ToJson(Heads.Encoder);
        Assert.Contains(
            named,
            Assert.Throws<BertMLNetException>(() => BertConfig.FromJson($"{{{field},{json[1..]}")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_regression_is_read_as_one()
    {
        BertConfig config = BertConfig.FromJson(Config.ToJson(Heads.Value));

        Assert.Same(Heads.Value, config.Head);
        Assert.True(config.GivesValues);
        Assert.False(BertConfig.FromJson(Config.ToJson(Heads.Classes)).GivesValues);
    }

    private static JsonElement Saved(Head head)
    {
        using JsonDocument json = JsonDocument.Parse(Config.ToJson(head));
        return json.RootElement.Clone();
    }
}
