using BertMLNet.Scoring;
using BertMLNet.TestKit;
using BertMLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace BertMLNet.Tests;

/// <summary>What a user of ML.NET does with its other parts around ours: cross-validation, saved data, filters, other trainers.</summary>
public sealed class AmongMLNetTests
{
    [Fact]
    public void Cross_validation_fine_tunes_a_model_a_fold()
    {
        using var model = TinyModel.Pairs();
        var context = new MLContext(seed: 1);
        IDataView data = context.Data.LoadFromEnumerable(Learnable());
        var pipeline = context.Transforms.Conversion.MapValueToKey("Label")
            .Append(context.MulticlassClassification.Trainers.BertPairClassification(Trainer(model)));

        var folds = context.MulticlassClassification.CrossValidate(data, pipeline, numberOfFolds: 3);

        Assert.Equal(3, folds.Count);
        Assert.All(folds, fold => Assert.InRange(fold.Metrics.MicroAccuracy, 0.9, 1));
        Assert.Equal(240, folds.Sum(fold => fold.ScoredHoldOutSet.GetColumn<float>("Weight").Count()));
        // Each fold has a model of its own, and the folder goes with it.
        string[] folders = [.. folds.Select(fold => ((TransformerChain<BertTransformer>)fold.Model).LastTransformer.Options.ModelPath)];
        Assert.Equal(3, folders.Distinct().Count());
        foreach (IDisposable fold in folds.Select(fold => (IDisposable)fold.Model))
            fold.Dispose();
        Assert.All(folders, folder => Assert.False(Directory.Exists(folder)));
    }

    [Fact]
    public void Cross_validation_fine_tunes_for_a_Boolean_label()
    {
        using var model = TinyModel.Pairs();
        var context = new MLContext(seed: 1);
        IDataView data = context.Data.LoadFromEnumerable(Learnable().Select(BinaryRow.Of));

        var folds = context.BinaryClassification.CrossValidate(
            data, context.BinaryClassification.Trainers.BertPairClassification(Trainer(model)), numberOfFolds: 2);

        Assert.All(folds, fold => Assert.InRange(fold.Metrics.Accuracy, 0.9, 1));
        Assert.All(folds, fold => Assert.InRange(fold.Metrics.AreaUnderRocCurve, 0.9, 1));
        foreach (var fold in folds)
            ((IDisposable)fold.Model).Dispose();
    }

    [Fact]
    public void Cross_validation_without_probabilities_scores_each_fold()
    {
        using var scenario = new Scenario(90);
        MLContext context = scenario.Context;
        IDataView data = context.Data.LoadFromEnumerable(scenario.Rows.Select(BinaryRow.Of));
        var estimator = context.Transforms.BertPairClassify(scenario.Options() with { BinaryScore = true });

        var folds = context.BinaryClassification.CrossValidateNonCalibrated(data, estimator, numberOfFolds: 3);

        // Nothing is learnt, so the folds together are right as often as the whole.
        double right = folds.Sum(fold => fold.Metrics.Accuracy * fold.ScoredHoldOutSet.GetColumn<bool>("Label").Count());
        Assert.Equal(scenario.Rows.Zip(scenario.Expected).Count(pair => pair.First.Label == pair.Second.Label), right, 1e-6);
        foreach (var fold in folds)
            ((IDisposable)fold.Model).Dispose();
    }

    [Fact]
    public void Evaluation_without_probabilities_agrees_with_counting()
    {
        using var scenario = new Scenario(120);
        MLContext context = scenario.Context;
        IDataView data = context.Data.LoadFromEnumerable(scenario.Rows.Select(BinaryRow.Of));
        using BertTransformer transformer =
            context.Transforms.BertPairClassify(scenario.Options() with { BinaryScore = true, ProbabilityColumnName = null }).Fit(data);

        BinaryClassificationMetrics metrics = context.BinaryClassification.EvaluateNonCalibrated(transformer.Transform(data));

        double right = scenario.Rows.Zip(scenario.Expected).Count(pair => pair.First.Label == pair.Second.Label);
        Assert.Equal(right / scenario.Rows.Length, metrics.Accuracy, 1e-9);
        // The area under the curve is the chance that a positive row scores above a negative one.
        float[] Scores(string label) =>
            [.. scenario.Rows.Zip(scenario.Expected).Where(pair => pair.First.Label == label)
                .Select(pair => pair.Second.Logits.Span[1] - pair.Second.Logits.Span[0])];
        float[] positives = Scores("same"), negatives = Scores("different");
        double above = positives.Sum(positive => negatives.Sum(negative => positive > negative ? 1 : positive < negative ? 0 : 0.5));
        Assert.Equal(above / positives.Length / negatives.Length, metrics.AreaUnderRocCurve, 1e-4);
    }

    [Fact]
    public void Scored_data_saved_as_binary_come_back()
    {
        using var scenario = new Scenario(150);
        using var folder = new TemporaryFolder();
        DataOperationsCatalog data = scenario.Context.Data;
        using (BertTransformer transformer = scenario.Fit(scenario.Options() with { PredictedLabelAsKey = true }))
        {
            using FileStream file = File.Create(folder["scored.idv"]);
            data.SaveAsBinary(transformer.Transform(scenario.Data), file);
        }

        IDataView read = data.LoadFromBinary(folder["scored.idv"]);

        scenario.AssertScores(read.GetColumn<float[]>("Score"));
        Assert.Equal(scenario.Expected.Select(row => (uint)row.LabelIndex + 1), read.GetColumn<uint>("PredictedLabel"));
        Assert.Equal(scenario.Rows.Select(row => row.Sentence1), read.GetColumn<string>("Sentence1"));
        VBuffer<ReadOnlyMemory<char>> slots = default, keys = default;
        read.Schema["Score"].GetSlotNames(ref slots);
        read.Schema["PredictedLabel"].GetKeyValues(ref keys);
        Assert.Equal(["different", "same"], slots.DenseValues().Select(name => name.ToString()));
        Assert.Equal(["different", "same"], keys.DenseValues().Select(name => name.ToString()));
    }

    [Fact]
    public void Candidates_of_answers_saved_as_binary_come_back()
    {
        using var model = TinyModel.Questions();
        using var folder = new TemporaryFolder();
        var context = new MLContext();
        QuestionRow[] rows = [.. TinyModel.Sentences(30, seed: 5, longest: 100).Select(
            passage => new QuestionRow { Question = "w1", Context = passage })];
        IDataView questions = context.Data.LoadFromEnumerable(rows);
        using (BertTransformer transformer = context.Transforms.BertAnswerQuestion(model.Path, nBest: 5).Fit(questions))
        {
            using FileStream file = File.Create(folder["answered.idv"]);
            context.Data.SaveAsBinary(transformer.Transform(questions), file);
        }

        IDataView read = context.Data.LoadFromBinary(folder["answered.idv"]);

        using var answerer = QuestionAnswerer.Load(model.Path);
        CandidatesRow[] back = [.. context.Data.CreateEnumerable<CandidatesRow>(read, reuseRowObject: false)];
        Assert.Equal(rows.Length, back.Length);
        foreach ((QuestionRow row, CandidatesRow candidates) in rows.Zip(back))
        {
            QuestionAnswer expected = answerer.Answer(row.Question!, row.Context!);
            candidates.AssertEqual(expected with { NBest = [.. expected.NBest.Take(5)] });
        }
    }

    [Fact]
    public void Scored_rows_can_be_filtered()
    {
        using var scenario = new Scenario(100);
        DataOperationsCatalog data = scenario.Context.Data;
        using BertTransformer transformer = scenario.Fit(scenario.Options() with { PredictedLabelAsKey = true });
        IDataView scored = transformer.Transform(scenario.Data);
        float[] sure = [.. Weights(0.75f, 2)];

        Assert.Equal(sure, data.FilterRowsByColumn(scored, "Probability", lowerBound: 0.75).GetColumn<float>("Weight"));
        Assert.Equal(100, data.FilterRowsByMissingValues(scored, "Score", "Probability").GetColumn<float>("Weight").Count());
        Assert.Equal(
            Weights(-1, 0.5f),
            data.FilterRowsByKeyColumnFraction(scored, "PredictedLabel", upperBound: 0.5).GetColumn<float>("Weight"));
        // The predicate says which rows go.
        IDataView kept = data.FilterByCustomPredicate<PairPredictionNumbers>(scored, row => row.Probability < 0.75f);
        Assert.Equal(sure, kept.GetColumn<float>("Weight"));
        foreach ((float row, float[] score) in kept.GetColumn<float>("Weight").Zip(kept.GetColumn<float[]>("Score")))
            scenario.AssertScore((int)row, score);

        IEnumerable<float> Weights(float from, float to) =>
            scenario.Rows.Zip(scenario.Expected)
                .Where(pair => pair.Second.Probabilities.Span[1] is { } p && p >= from && p < to)
                .Select(pair => pair.First.Weight);
    }

    [Fact]
    public void Scores_are_features_for_another_trainer()
    {
        using var scenario = new Scenario(200);
        MLContext context = scenario.Context;
        // The label follows from the score, so that a linear model over it must find it.
        IDataView data = context.Data.LoadFromEnumerable(scenario.Rows.Zip(scenario.Expected).Select(pair => new BinaryRow
        {
            Sentence1 = pair.First.Sentence1!,
            Sentence2 = pair.First.Sentence2!,
            Label = pair.Second.LabelIndex == 1,
        }));
        var pipeline = context.Transforms.BertPairClassify(
            scenario.Options() with { OutputColumnName = "Guess", ScoreColumnName = "Bert", ProbabilityColumnName = null })
            .Append(context.Transforms.Text.FeaturizeText("Words", "Sentence1"))
            .Append(context.Transforms.Concatenate("Features", "Bert"))
            .AppendCacheCheckpoint(context)
            .Append(context.BinaryClassification.Trainers.LbfgsLogisticRegression(new LbfgsLogisticRegressionBinaryTrainer.Options
            {
                L1Regularization = 0,
                L2Regularization = 0.001f,
                NumberOfThreads = 1,
            }));
        using var model = pipeline.Fit(data);

        CalibratedBinaryClassificationMetrics metrics = context.BinaryClassification.Evaluate(model.Transform(data));

        Assert.InRange(metrics.Accuracy, 0.97, 1);
    }

    [Fact]
    public void A_model_saved_with_its_loader_scores_a_file()
    {
        using var scenario = new Scenario(40);
        using var folder = new TemporaryFolder();
        MLContext context = scenario.Context;
        File.WriteAllLines(folder["rows.tsv"], scenario.Rows.Select(row => $"{row.Sentence1}\t{row.Sentence2}").Prepend("first\tsecond"));
        TextLoader loader = context.Data.CreateTextLoader(
            [new TextLoader.Column("Sentence1", DataKind.String, 0), new TextLoader.Column("Sentence2", DataKind.String, 1)], hasHeader: true);
        IDataView rows = loader.Load(folder["rows.tsv"]);
        using (BertTransformer transformer = context.Transforms.BertPairClassify(scenario.Model.Path).Fit(rows))
            context.Model.Save(transformer, loader, folder["model.zip"]);

        ITransformer model = new MLContext().Model.LoadWithDataLoader(
            folder["model.zip"], out IDataLoader<IMultiStreamSource> loadedLoader);

        scenario.AssertScores(model.Transform(loadedLoader.Load(new MultiFileSource(folder["rows.tsv"]))).GetColumn<float[]>("Score"));
    }

    [Fact]
    public void Predicted_keys_count_in_key_transforms()
    {
        using var scenario = new Scenario(60, ["b", "different", "same"]);
        MLContext context = scenario.Context;
        var pipeline = context.Transforms.BertPairClassify(scenario.Options() with { PredictedLabelAsKey = true })
            .Append(context.Transforms.Conversion.MapKeyToVector("OneHot", "PredictedLabel"))
            .Append(context.Transforms.Conversion.MapKeyToValue("Text", "PredictedLabel"));
        using var model = pipeline.Fit(scenario.Data);

        IDataView scored = model.Transform(scenario.Data);

        Assert.Equal(scenario.Expected.Select(row => row.Label), scored.GetColumn<string>("Text"));
        Assert.Equal(
            scenario.Expected.Select(row => row.LabelIndex), scored.GetColumn<float[]>("OneHot").Select(row => Array.IndexOf(row, 1f)));
        VBuffer<ReadOnlyMemory<char>> names = default;
        scored.Schema["OneHot"].GetSlotNames(ref names);
        Assert.Equal(["b", "different", "same"], names.DenseValues().Select(name => name.ToString()));
    }

    [Fact]
    public void An_engine_made_for_a_schema_predicts()
    {
        using var scenario = new Scenario(5);
        BertTransformer transformer = scenario.Fit();
        using var engine = scenario.Context.Model.CreatePredictionEngine<PairRow, PairPredictionRow>(transformer, scenario.Data.Schema);
        for (int i = 0; i < scenario.Rows.Length; i++)
            scenario.AssertScore(i, engine.Predict(scenario.Rows[i]).Score);
        Assert.Contains(engine.OutputSchema, column => column.Name == "Probability");
    }

    /// <summary>Rows whose label the first word gives away.</summary>
    private static IEnumerable<PairRow> Learnable() => Enumerable.Range(0, 240).Select(i => new PairRow
    {
        Sentence1 = i % 3 == 0 ? "w100 w101" : "w150 w151",
        Sentence2 = "w3",
        Label = i % 3 == 0 ? "same" : "different",
        Weight = i,
        Features = [0, 0],
    });

    private static BertPairTrainerOptions Trainer(TinyModel model) => new()
    {
        ModelPath = model.Path,
        MaxLength = 32,
        Optimization = new TrainingOptions { Epochs = 6, BatchSize = 16, LearningRate = 5e-3, Seed = 3 },
    };

    private sealed class PairPredictionNumbers
    {
        public float Probability { get; set; }
    }
}
