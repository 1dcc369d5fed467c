using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.TestKit;
using BertMLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Tests;

/// <summary>Keys and scores mean the same labels, or it is an error; and models with one label.</summary>
public sealed class LabelTests
{
    private static readonly string[] Names = ["Other", "Different", "Same"];

    [Theory]
    [InlineData("Same", "Different")]
    [InlineData("same", "DIFFERENT")]
    [InlineData("2", "1")]
    public void Labels_become_keys_by_name_in_any_case_or_by_index(string same, string different)
    {
        using var scenario = new Scenario(40, Names);
        MLContext context = scenario.Context;
        IDataView data = Labelled(scenario, row => row.Label == "same" ? same : different);
        using var model = context.Transforms.BertLabelToKey(scenario.Model.Path)
            .Append(context.Transforms.BertPairClassify(scenario.Options())).Fit(data);

        IDataView scored = model.Transform(data);

        Assert.Equal(scenario.Rows.Select(row => row.Label == "same" ? 3u : 2u), scored.GetColumn<uint>("Label"));
        double right = scenario.Rows.Zip(scenario.Expected)
            .Count(pair => string.Equals(pair.First.Label, pair.Second.Label, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(right / scenario.Rows.Length, context.MulticlassClassification.Evaluate(scored).MicroAccuracy, 1e-9);
    }

    [Fact]
    public void A_label_that_the_model_has_not_is_named_with_its_row_and_an_empty_one_is_missing()
    {
        using var scenario = new Scenario(3, Names);
        using var folder = new TemporaryFolder();
        MLContext context = scenario.Context;
        scenario.Rows[0].Label = "";
        scenario.Rows[1].Label = "3";
        using BertTransformer keys = context.Transforms.BertLabelToKey(scenario.Model.Path, "Key", "Label").Fit(scenario.Data);
        const string Expected = "the label '3' is none of the model's; expected 'Other', 'Different', 'Same', or leave it empty";

        Assert.Contains("column 'Label', row 2: " + Expected, Refusal(() => keys.Transform(scenario.Data).GetColumn<uint>("Key").ToArray()));
        context.Model.Save(keys, scenario.Data.Schema, folder["keys.zip"]);
        ITransformer loaded = context.Model.Load(folder["keys.zip"], out DataViewSchema _);
        Exception error = Assert.ThrowsAny<Exception>(() => loaded.Transform(scenario.Data).GetColumn<uint>("Key").ToArray());
        Assert.Contains("column 'Label': " + Expected, error.ToString());
        scenario.Rows[1].Label = "0";
        Assert.Equal([0u, 1u, 2u], keys.Transform(scenario.Data).GetColumn<uint>("Key"));
        Assert.Equal([0u, 1u, 2u], loaded.Transform(scenario.Data).GetColumn<uint>("Key"));
    }

    [Fact]
    public void Keys_of_labels_are_saved_with_their_pipeline_and_its_model_once()
    {
        using var scenario = new Scenario(20, Names);
        using var folder = new TemporaryFolder();
        MLContext context = scenario.Context;
        using (var model = context.Transforms.BertLabelToKey(scenario.Model.Path)
            .Append(context.Transforms.BertPairClassify(scenario.Options())).Fit(scenario.Data))
        {
            BertPipeline.Save(context, model, scenario.Data.Schema, folder["pipeline.zip"]);
        }

        ITransformer loaded = BertPipeline.Load(context, folder["pipeline.zip"], out _);

        using var disposed = (IDisposable)loaded;
        IDataView scored = loaded.Transform(scenario.Data);
        Assert.Equal(scenario.Rows.Select(row => row.Label == "same" ? 3u : 2u), scored.GetColumn<uint>("Label"));
        using var archive = System.IO.Compression.ZipFile.OpenRead(folder["pipeline.zip"]);
        Assert.Single(archive.Entries, entry => entry.FullName.EndsWith("/config.json", StringComparison.Ordinal));
    }

    [Fact]
    public void Keys_in_another_order_than_the_scores_are_refused()
    {
        using var scenario = new Scenario(12, Names);
        MLContext context = scenario.Context;
        BertEstimator classify = context.Transforms.BertPairClassify(scenario.Model.Path);
        using BertTransformer fitted = classify.Fit(scenario.Data);
        // By first occurrence, as MapValueToKey numbers them: "same" is key 1, and label 2 of the model counted from 0.
        IDataView words = Keyed(context, scenario.Data);
        IDataView numbers = Keyed(context, context.Data.LoadFromEnumerable(
            scenario.Rows.Select((row, i) => new NumberRow { Sentence1 = row.Sentence1!, Sentence2 = row.Sentence2!, Label = 2 - i % 3 })));

        Assert.StartsWith(
            "column 'Label': its keys have another order than the model's labels ('same' is key 1 and label 3)", Refusal(() => classify.Fit(words)));
        Assert.Contains("('2' is key 1 and label 3)", Refusal(() => fitted.Transform(numbers)));
        Assert.Contains("BertLabelToKey", Refusal(() => fitted.GetRowToRowMapper(words.Schema)));
        using BertTransformer unchecked_ =
            context.Transforms.BertPairClassify(scenario.Options() with { LabelColumnName = null }).Fit(words);
        Assert.Equal(12, unchecked_.Transform(words).GetColumn<float[]>("Score").Count());
        IDataView elsewhere = context.Transforms.CopyColumns("Right", "Label").Fit(words).Transform(words);
        Assert.Contains(
            "column 'Right'",
            Refusal(() => context.Transforms.BertPairClassify(scenario.Options() with { LabelColumnName = "Right" }).Fit(elsewhere)));
    }

    [Fact]
    public void Keys_in_the_order_of_the_scores_or_over_other_things_are_taken()
    {
        using var scenario = new Scenario(12, ["same", "different"]);
        using BertTransformer fitted = scenario.Fit();
        IDataView cities = Keyed(scenario.Context, Labelled(scenario, row => row.Label == "same" ? "Rome" : "Oslo"));

        Assert.Equal(12, fitted.Transform(Keyed(scenario.Context, scenario.Data)).GetColumn<uint>("Label").Count());
        Assert.Equal(12, fitted.Transform(cities).GetColumn<uint>("Label").Count());
    }

    [Theory]
    [InlineData("same", "different")]
    [InlineData("SAME", "Different")]
    public void Training_on_keys_in_another_order_keeps_what_the_model_knows(string same, string different)
    {
        using var scenario = new Scenario(60);
        MLContext context = scenario.Context;
        IDataView data = Keyed(context, Labelled(scenario, row => row.Label == "same" ? same : different));
        BertPairTrainer trainer = context.MulticlassClassification.Trainers.BertPairClassification(new BertPairTrainerOptions
        {
            ModelPath = scenario.Model.Path,
            Optimization = new TrainingOptions { Epochs = 1, LearningRate = 1e-9 },
        });

        using BertTransformer trained = trainer.Fit(data);

        IDataView scored = trained.Transform(data);
        Assert.Equal(["same", "different"], trained.Labels);
        double right = scenario.Rows.Zip(scenario.Expected).Count(pair => pair.First.Label == pair.Second.Label);
        Assert.Equal(right / scenario.Rows.Length, context.MulticlassClassification.Evaluate(scored).MicroAccuracy, 1e-9);
        foreach ((PairPrediction expected, float[] score) in scenario.Expected.Zip(scored.GetColumn<float[]>("Score")))
            Assert.Equal(expected.Probabilities.Span[1], score[0], 1e-4f);
    }

    [Fact]
    public void A_model_with_one_label_gives_its_score_as_vector_and_as_probability()
    {
        using var scenario = new Scenario(10, ["relevant"]);
        using var folder = new TemporaryFolder();
        MLContext context = scenario.Context;
        using BertTransformer transformer = scenario.Fit();
        context.Model.Save(transformer, scenario.Data.Schema, folder["model.zip"]);

        foreach (ITransformer model in (ITransformer[])[transformer, context.Model.Load(folder["model.zip"], out _)])
        {
            IDataView scored = model.Transform(scenario.Data);
            Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 1), scored.Schema["Score"].Type);
            Assert.All(scored.GetColumn<string>("PredictedLabel"), label => Assert.Equal("relevant", label));
            float[] scores = [.. scored.GetColumn<float[]>("Score").Select(score => Assert.Single(score))];
            Assert.Equal(scenario.Expected.Select(row => 1 / (1 + MathF.Exp(-row.Logits.Span[0]))), scores, (a, b) => MathF.Abs(a - b) < 1e-5f);
            Assert.Equal(scores, scored.GetColumn<float>("Probability"));
        }
        Assert.Contains("needs a model with two labels", Refusal(() => scenario.Fit(scenario.Options() with { BinaryScore = true })));
    }

    [Fact]
    public void A_model_of_values_gives_them_and_no_probability()
    {
        using var model = TinyModel.Values(["similarity"]);
        var context = new MLContext();
        IDataView data = context.Data.LoadFromEnumerable(PairRow.Many(10));
        using var classifier = PairClassifier.Load(model.Path);

        using BertTransformer transformer = context.Transforms.BertPairClassify(model.Path).Fit(data);

        IDataView scored = transformer.Transform(data);
        Assert.Null(scored.Schema.GetColumnOrNull("Probability"));
        Assert.Equal(
            PairRow.Many(10).Select(row => classifier.Score(row.Sentence1!, row.Sentence2).Logits.Span[0]),
            scored.GetColumn<float[]>("Score").Select(score => Assert.Single(score)),
            (a, b) => MathF.Abs(a - b) < 1e-5f);
        using var two = TinyModel.Values(["clarity", "tone"]);
        BertEstimator binary = context.Transforms.BertPairClassify(new BertPairClassifyOptions { ModelPath = two.Path, BinaryScore = true });
        Assert.Contains("this one gives values", Refusal(() => binary.Fit(data)));
    }

    [Fact]
    public void Added_columns_hide_neither_one_another_nor_what_is_read()
    {
        using var scenario = new Scenario(2);
        MLContext context = scenario.Context;
        string path = scenario.Model.Path;
        IEstimator<BertTransformer>[] twice =
        [
            context.Transforms.BertPairClassify(path, outputColumnName: "X", scoreColumnName: "X"),
            context.Transforms.BertPairClassify(path, scoreColumnName: "Probability"),
            context.Transforms.BertTokenize(new BertTokenizeOptions { ModelPath = path, AttentionMaskColumnName = "input_ids" }),
            context.MulticlassClassification.Trainers.BertPairClassification(path, scoreColumnName: "PredictedLabel"),
        ];
        IEstimator<BertTransformer>[] hiding =
        [
            context.Transforms.BertPairClassify(path, outputColumnName: "Sentence1"),
            context.Transforms.BertTokenize(new BertTokenizeOptions { ModelPath = path, InputIdsColumnName = "Sentence2" }),
            context.MulticlassClassification.Trainers.BertPairClassification(path, outputColumnName: "Label"),
        ];
        SchemaShape shape = SchemaShapes.Of(scenario.Data.Schema);

        Assert.All(twice, estimator =>
        {
            Assert.StartsWith("two added columns are named '", Refusal(() => estimator.Fit(scenario.Data)));
            Assert.StartsWith("two added columns are named '", Refusal(() => estimator.GetOutputSchema(shape)));
        });
        Assert.All(hiding, estimator =>
        {
            Assert.Contains("would hide the one of that name which is read", Refusal(() => estimator.Fit(scenario.Data)));
            Assert.Contains("would hide the one of that name which is read", Refusal(() => estimator.GetOutputSchema(shape)));
        });
    }

    private static string Refusal(Action refused)
    {
        string message = Assert.Throws<BertMLNetException>(refused).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }

    private static string Refusal(Func<object?> refused) => Refusal(() => { _ = refused(); });

    private static IDataView Keyed(MLContext context, IDataView data) =>
        context.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);

    private static IDataView Labelled(Scenario scenario, Func<PairRow, string> label) =>
        scenario.Context.Data.LoadFromEnumerable(scenario.Rows.Select(row => new PairRow
        {
            Sentence1 = row.Sentence1, Sentence2 = row.Sentence2, Label = label(row), Features = [0, 0],
        }));

    private sealed class NumberRow
    {
        public string Sentence1 { get; set; } = "";

        public string Sentence2 { get; set; } = "";

        public int Label { get; set; }
    }
}
