using BertMLNet.TestKit;

namespace BertMLNet.Modeling.Tests;

public sealed class ParameterSetTests
{
    [Theory]
    [InlineData("None")]
    [InlineData("PairClassification")]
    [InlineData("QuestionAnswering")]
    [InlineData("MaskedLanguageModel")]
    public void A_saved_model_folder_loads_as_it_was(string name)
    {
        Head head = Models.HeadOf(name);
        using var folder = new TemporaryFolder();
        ParameterSet saved = Models.Random(Models.Tiny, head, seed: 1);
        new ModelFolder(folder.Path).Save(saved);

        var model = ModelFolder.Open(folder.Path);
        using ICheckpoint checkpoint = model.OpenWeights();
        BertConfig config = model.LoadConfig();
        (ParameterSet loaded, LoadReport report) = ParameterSet.Load(checkpoint, config, WeightPlan.DetectHead(checkpoint, config));

        Assert.Equal(head, loaded.Head);
        Models.AssertEqual(saved, loaded);
        Assert.Empty(report.Initialized);
        Assert.Empty(report.Unused);
        Assert.Empty(report.Remarks);
    }

    [Fact]
    public void Names_without_prefix_and_with_gamma_and_beta_are_understood()
    {
        ParameterSet saved = Models.Random(Models.Tiny, Heads.Encoder, seed: 2);
        using var checkpoint = new MemoryCheckpoint(saved, name => name["bert.".Length..]
            .Replace("LayerNorm.weight", "LayerNorm.gamma", StringComparison.Ordinal)
            .Replace("LayerNorm.bias", "LayerNorm.beta", StringComparison.Ordinal));

        (ParameterSet loaded, LoadReport report) = ParameterSet.Load(checkpoint, Models.Tiny, Heads.Encoder);

        Models.AssertEqual(saved, loaded);
        Assert.Empty(report.Remarks);
    }

    [Theory]
    [InlineData("module.")]
    [InlineData("_orig_mod.")]
    [InlineData("model.")]
    [InlineData("base_model.model.")]
    [InlineData("_orig_mod.module.")]
    [InlineData("net.bert.")]
    public void Prefixes_that_wrappers_add_are_taken_off(string wrapper)
    {
        foreach (Head head in new[] { Heads.Classes, Heads.MaskedTokens })
        {
            ParameterSet saved = Models.Random(Models.Tiny, head, seed: 2);
            using var checkpoint = new MemoryCheckpoint(saved, name => wrapper + name);

            (ParameterSet loaded, LoadReport report) =
                ParameterSet.Load(checkpoint, Models.Tiny, WeightPlan.DetectHead(checkpoint, Models.Tiny));

            Assert.Equal(head, loaded.Head);
            Models.AssertEqual(saved, loaded);
            Assert.Empty(report.Remarks);
        }
    }

    [Theory]
    [InlineData(".query.weight", ".query.base_layer.weight")]
    [InlineData("classifier.weight", "classifier.original_module.weight")]
    [InlineData(null, "base_model.model.bert.encoder.layer.0.attention.self.query.lora_A.default.weight")]
    public void Weights_that_an_adapter_adds_to_are_refused(string? name, string wrapped)
    {
        ParameterSet saved = Models.Random(Models.Tiny, Heads.Classes, seed: 2);
        using var checkpoint = new MemoryCheckpoint(
            saved, own => $"base_model.model.{(name is null ? own : own.Replace(name, wrapped, StringComparison.Ordinal))}");
        if (name is null)
            checkpoint.Add(wrapped, [2, 8], new float[16]);

        var exception = Assert.Throws<BertMLNetException>(() => ParameterSet.Load(checkpoint, Models.Tiny, Heads.Classes));

        Assert.Contains(wrapped, exception.Message, StringComparison.Ordinal);
        Assert.Contains("is an adapter's (LoRA), or wrapped by one", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_encoder_inside_another_model_is_found()
    {
        ParameterSet saved = Models.Random(Models.Tiny, Heads.Encoder, seed: 2);
        using var checkpoint = new MemoryCheckpoint(saved, name => $"0.auto_model.{name["bert.".Length..]}");
        checkpoint.Add("2.linear.weight", [2, 8], new float[16]);

        (ParameterSet loaded, LoadReport report) = ParameterSet.Load(checkpoint, Models.Tiny, Heads.Encoder);

        Models.AssertEqual(saved, loaded);
        Assert.Equal(["2.linear.weight"], report.Unused);
    }

    [Fact]
    public void Of_two_models_neither_is_guessed()
    {
        ParameterSet saved = Models.Random(Models.Tiny, Heads.Encoder, seed: 2);
        using var checkpoint = new MemoryCheckpoint(saved, name => $"query.{name}");
        foreach (ParameterSpec spec in saved.Specs)
            checkpoint.Add($"passage.{spec.Name}", [.. spec.Shape.Select(size => (long)size)], saved[spec.Name]);
        Assert.Contains(
            "holds no tensor for 'bert.embeddings", Assert.Throws<BertMLNetException>(() => ParameterSet.Load(checkpoint, Models.Tiny, Heads.Encoder)).Message);
    }

    [Fact]
    public void A_remark_is_short_however_long_the_names_are()
    {
        using var checkpoint = new MemoryCheckpoint(Models.Random(Models.Tiny, Heads.Encoder, seed: 2));
        checkpoint.Add(new string('x', 90_000), [1], [0]);
        (_, LoadReport report) = ParameterSet.Load(checkpoint, Models.Tiny, Heads.Encoder);
        Assert.InRange(Assert.Single(report.Remarks).Length, 1, 1000);
    }

    [Fact]
    public void A_missing_head_and_pooler_start_anew_and_what_is_left_over_is_named()
    {
        ParameterSet saved = Models.Random(Models.Tiny, Heads.MaskedTokens, seed: 3);
        using var checkpoint = new MemoryCheckpoint(saved);

        (ParameterSet loaded, LoadReport report) = ParameterSet.Load(checkpoint, Models.Tiny, Heads.Classes, seed: 9);

        ParameterSet fresh = ParameterSet.Initialize(Models.Tiny, Heads.Classes, seed: 9);
        Assert.Equal(fresh["classifier.weight"], loaded["classifier.weight"]);
        Assert.Equal(fresh["bert.pooler.dense.weight"], loaded["bert.pooler.dense.weight"]);
        Assert.Equal(saved[BertParameters.WordEmbeddings], loaded[BertParameters.WordEmbeddings]);
        Assert.Equal(["bert.pooler.dense.weight", "bert.pooler.dense.bias", "classifier.weight", "classifier.bias"], report.Initialized);
        Assert.Contains("cls.predictions.bias", report.Unused);
        Assert.Contains(report.Remarks, line => line.StartsWith("The head starts anew", StringComparison.Ordinal));
        Assert.Contains(report.Remarks, line => line.StartsWith("Not used: cls.predictions", StringComparison.Ordinal));
    }

    [Fact]
    public void The_decoders_alias_of_the_head_bias_is_read()
    {
        ParameterSet saved = Models.Random(Models.Tiny, Heads.MaskedTokens, seed: 4);
        using var checkpoint = new MemoryCheckpoint(saved, name => name == BertParameters.PredictionBias ? "cls.predictions.decoder.bias" : name);

        (ParameterSet loaded, _) = ParameterSet.Load(checkpoint, Models.Tiny, Heads.MaskedTokens);

        Models.AssertEqual(saved, loaded);
    }

    [Theory]
    [InlineData("")]
    [InlineData("module.")]
    public void A_decoder_that_is_not_tied_to_the_embeddings_is_refused(string prefix)
    {
        ParameterSet saved = Models.Random(Models.Tiny, Heads.MaskedTokens, seed: 4);
        using var tied = new MemoryCheckpoint(saved, name => prefix + name);
        tied.Add($"{prefix}cls.predictions.decoder.weight", [40, 8], saved[BertParameters.WordEmbeddings]);
        using var untied = new MemoryCheckpoint(saved, name => prefix + name);
        untied.Add($"{prefix}cls.predictions.decoder.weight", [40, 8], new float[320]);

        Assert.Empty(ParameterSet.Load(tied, Models.Tiny, Heads.MaskedTokens).Report.Unused);
        var error = Assert.Throws<BertMLNetException>(() => ParameterSet.Load(untied, Models.Tiny, Heads.MaskedTokens));
        Assert.Contains($"'{prefix}cls.predictions.decoder.weight'", error.Message);
    }

    [Fact]
    public void A_wrong_shape_names_the_tensor_and_both_shapes()
    {
        using var checkpoint = new MemoryCheckpoint(Models.Random(Models.Tiny, Heads.Encoder, seed: 5));

        var error = Assert.Throws<BertMLNetException>(
            () => ParameterSet.Load(checkpoint, Models.Tiny with { MaxPositionEmbeddings = 12 }, Heads.Encoder));

        Assert.Contains("'bert.embeddings.position_embeddings.weight' has the shape [10, 8], expected [12, 8]", error.Message);
    }

    [Fact]
    public void A_missing_parameter_and_a_layer_too_many_are_refused()
    {
        using var checkpoint = new MemoryCheckpoint(Models.Random(Models.Tiny, Heads.Encoder, seed: 5));

        var missing = Assert.Throws<BertMLNetException>(() => ParameterSet.Load(checkpoint, Models.Tiny with { NumHiddenLayers = 3 }, Heads.Encoder));
        var extra = Assert.Throws<BertMLNetException>(() => ParameterSet.Load(checkpoint, Models.Tiny with { NumHiddenLayers = 1 }, Heads.Encoder));

        Assert.Contains("'bert.encoder.layer.2.attention.self.query.weight'", missing.Message);
        Assert.Contains("layer 1", extra.Message);
        Assert.Contains("num_hidden_layers", extra.Message);
    }

    [Fact]
    public void A_head_for_other_classes_is_an_error_unless_it_may_be_replaced()
    {
        using var checkpoint = new MemoryCheckpoint(Models.Random(Models.Tiny, Heads.Classes, seed: 6));
        BertConfig three = Models.Tiny with { Labels = ["a", "b", "c"] };

        var error = Assert.Throws<BertMLNetException>(() => ParameterSet.Load(checkpoint, three, Heads.Classes));
        (_, LoadReport report) = ParameterSet.Load(checkpoint, three, Heads.Classes, replaceHead: true);

        Assert.Contains("'classifier.weight' has the shape [2, 8], expected [3, 8]", error.Message);
        Assert.Equal(["classifier.weight", "classifier.bias"], report.Initialized);
    }

    [Fact]
    public void A_masked_language_model_gets_a_sentence_task_beside_its_own()
    {
        using var checkpoint = new MemoryCheckpoint(Models.Random(Models.Tiny, Heads.MaskedTokens, seed: 6));

        (_, LoadReport report) = ParameterSet.Load(checkpoint, Models.Tiny, Heads.PreTraining);

        Assert.Contains("cls.predictions.bias", report.Loaded);
        Assert.Superset(new HashSet<string> { "cls.seq_relationship.weight", "cls.seq_relationship.bias" }, report.Initialized.ToHashSet());
    }

    [Fact]
    public void A_classifier_of_another_task_does_not_become_the_pair_head()
    {
        using var checkpoint = new MemoryCheckpoint(Models.Random(Models.Tiny, Heads.Classes, seed: 6));

        (_, LoadReport report) = ParameterSet.Load(
            checkpoint, Models.Tiny with { Architecture = "BertForTokenClassification" }, Heads.Classes);

        Assert.Contains("classifier.weight", report.Initialized);
        Assert.Contains(report.Remarks, line => line.Contains("BertForTokenClassification", StringComparison.Ordinal));
    }

    [Fact]
    public void Sinusoidal_positions_are_checked_and_made_where_absent()
    {
        BertConfig config = Models.Tiny with { PositionEmbedding = PositionEmbedding.Sinusoidal };
        ParameterSet right = ParameterSet.Initialize(config, Heads.Encoder, seed: 7);
        using var good = new MemoryCheckpoint(right);
        using var without = new MemoryCheckpoint(right, name => name == BertParameters.PositionEmbeddings ? "left.out" : name);
        using var wrong = new MemoryCheckpoint(Models.Random(config, Heads.Encoder, seed: 7));

        Models.AssertEqual(right, ParameterSet.Load(good, config, Heads.Encoder).Parameters);
        Models.AssertEqual(right, ParameterSet.Load(without, config, Heads.Encoder).Parameters);
        Assert.Contains("sine", Assert.Throws<BertMLNetException>(() => ParameterSet.Load(wrong, config, Heads.Encoder)).Message);
    }
}
