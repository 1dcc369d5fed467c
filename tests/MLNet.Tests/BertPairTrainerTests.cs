using BertMLNet.Modeling;
using BertMLNet.TestKit;
using BertMLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Tests;

/// <summary>Fine-tuning inside <c>Fit</c>, on rows whose label the first word gives away.</summary>
public sealed class BertPairTrainerTests : IDisposable
{
    private readonly TinyModel _model = TinyModel.Pairs();
    private readonly MLContext _context = new(seed: 1);
    private readonly PairRow[] _rows = [.. Enumerable.Range(0, 160).Select(i => new PairRow
    {
        Sentence1 = i % 3 == 0 ? "w100 w101" : "w150 w151",
        Sentence2 = "w3",
        Label = i % 3 == 0 ? "same" : "different",
        Features = [0, 0],
    })];

    private IDataView Data => _context.Data.LoadFromEnumerable(_rows);

    [Fact]
    public void A_text_label_is_learnt_and_the_temporary_model_goes_with_the_transformer()
    {
        var progress = new Recorder();
        BertTransformer transformer = _context.MulticlassClassification.Trainers
            .BertPairClassification(Options() with { Environment = new TrainingEnvironment { Progress = progress } })
            .Fit(Data);
        string folder = transformer.Options.ModelPath;

        IDataView scored = transformer.Transform(Data);
        string[] labels = [.. scored.GetColumn<string>("PredictedLabel")];

        Assert.InRange(labels.Zip(_rows).Count(pair => pair.First == pair.Second.Label), 150, 160);
        Assert.Equal(["different", "same"], transformer.Labels);
        Assert.Null(scored.Schema.GetColumnOrNull("Probability"));
        Assert.Contains(progress.Seen, step => step.Phase == TrainingPhase.Training && step.Update > 0);
        Assert.Contains(progress.Seen, step => step.Metrics is not null);
        Assert.True(File.Exists(Path.Combine(folder, "model.safetensors")));
        transformer.Dispose();
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void A_key_labels_order_becomes_that_of_the_scores()
    {
        // The first row is "same": its key comes first, unlike in the model that training starts from.
        var pipeline = _context.Transforms.Conversion.MapValueToKey("Label")
            .Append(_context.MulticlassClassification.Trainers.BertPairClassification(Options()))
            .Append(_context.Transforms.Conversion.MapKeyToValue("Text", "PredictedLabel"));
        using var model = pipeline.Fit(Data);

        IDataView scored = model.Transform(Data);

        VBuffer<ReadOnlyMemory<char>> slots = default, keys = default;
        scored.Schema["Score"].GetSlotNames(ref slots);
        scored.Schema["Label"].GetKeyValues(ref keys);
        Assert.Equal(["same", "different"], slots.DenseValues().Select(name => name.ToString()));
        Assert.Equal(["same", "different"], keys.DenseValues().Select(name => name.ToString()));
        Assert.InRange(_context.MulticlassClassification.Evaluate(scored).MicroAccuracy, 0.93, 1);
        Assert.InRange(scored.GetColumn<string>("Text").Zip(_rows).Count(pair => pair.First == pair.Second.Label), 150, 160);
    }

    [Fact]
    public void Keys_over_whole_numbers_are_labels_that_are_called_so()
    {
        // "same" is 7, and comes first.
        IDataView data = _context.Data.LoadFromEnumerable(_rows.Select(NumberedRow.Of));
        BertPairTrainerOptions options = Options() with { Optimization = Options().Optimization with { Epochs = 1 } };
        using var model = _context.Transforms.Conversion.MapValueToKey("Label")
            .Append(_context.MulticlassClassification.Trainers.BertPairClassification(options)).Fit(data);

        IDataView scored = model.Transform(data);

        VBuffer<ReadOnlyMemory<char>> slots = default;
        scored.Schema["Score"].GetSlotNames(ref slots);
        Assert.Equal(["7", "3"], slots.DenseValues().Select(name => name.ToString()));
        uint[] right = [.. scored.GetColumn<uint>("Label")], predicted = [.. scored.GetColumn<uint>("PredictedLabel")];
        double accuracy = right.Zip(predicted).Average(pair => pair.First == pair.Second ? 1.0 : 0);
        Assert.Equal(accuracy, _context.MulticlassClassification.Evaluate(scored).MicroAccuracy, 1e-9);
    }

    [Fact]
    public void A_Boolean_label_is_learnt_by_the_binary_trainer()
    {
        IDataView data = _context.Data.LoadFromEnumerable(_rows.Select(BinaryRow.Of));
        BertPairTrainer trainer = _context.BinaryClassification.Trainers.BertPairClassification(Options());
        using BertTransformer transformer = trainer.Fit(data);

        CalibratedBinaryClassificationMetrics metrics = _context.BinaryClassification.Evaluate(transformer.Transform(data));

        Assert.InRange(metrics.Accuracy, 0.93, 1);
        Assert.Equal(["false", "true"], transformer.Labels);
        Assert.Contains("must be Boolean but is String", Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Fit(Data)).Message);
        BertPairTrainer ofContext = _context.BertBinaryPairClassification(Options());
        Assert.Contains("must be Boolean but is String", Assert.Throws<ArgumentOutOfRangeException>(() => ofContext.Fit(Data)).Message);
    }

    [Fact]
    public void A_named_folder_stays_and_the_fitted_pipeline_saves()
    {
        using var folder = new TemporaryFolder();
        string output = folder["tuned"];
        BertPairTrainerOptions options = Options() with
        {
            OutputPath = output,
            ValidationSet = _context.Data.TakeRows(Data, 40),
            Optimization = Options().Optimization with { Epochs = 1 },
        };
        float[] expected;
        using (BertTransformer transformer = _context.BertPairClassification(options).Fit(Data))
        {
            expected = [.. transformer.Transform(Data).GetColumn<float[]>("Score").Select(score => score[1])];
            BertPipeline.Save(_context, transformer, Data.Schema, folder["pipeline.zip"]);
        }
        Assert.True(File.Exists(new ModelFolder(output).OnnxPath));

        using BertTransformer again = _context.Transforms.BertPairClassify(output).Fit(Data);
        Assert.Equal(expected, again.Transform(Data).GetColumn<float>("Probability"), (a, b) => MathF.Abs(a - b) < 1e-5f);
        ITransformer loaded = BertPipeline.Load(_context, folder["pipeline.zip"], out _);
        using ((IDisposable)loaded)
            Assert.Equal(
                expected, loaded.Transform(Data).GetColumn<float[]>("Score").Select(score => score[1]), (a, b) => MathF.Abs(a - b) < 1e-5f);
    }

    [Fact]
    public void Cancelling_ends_training_and_a_named_run_can_go_on()
    {
        using var folder = new TemporaryFolder();
        using var cancellation = new CancellationTokenSource();
        var progress = new Recorder(step =>
        {
            if (step.Update == 3)
                cancellation.Cancel();
        });
        BertPairTrainerOptions options = Options() with
        {
            OutputPath = folder["tuned"],
            Environment = new TrainingEnvironment { Progress = progress },
            CancellationToken = cancellation.Token,
        };
        Assert.ThrowsAny<OperationCanceledException>(
            () => _context.MulticlassClassification.Trainers.BertPairClassification(options).Fit(Data));

        var resumed = new Recorder();
        using BertTransformer transformer = _context.MulticlassClassification.Trainers
            .BertPairClassification(
                options with { Resume = true, CancellationToken = default, Environment = new TrainingEnvironment { Progress = resumed } })
            .Fit(Data);
        Assert.Equal(4, resumed.Seen.Where(step => step.Phase == TrainingPhase.Training).Min(step => step.Update));
    }

    [Fact]
    public void Columns_can_be_named_without_options()
    {
        IDataView renamed = _context.Transforms.CopyColumns("Same", "Label").Fit(Data).Transform(Data);
        BertPairTrainer trainer = _context.MulticlassClassification.Trainers.BertPairClassification(
            _model.Path, "Same", "P", "Guess", "Sentence2", sentence2ColumnName: null, batchSize: 40, maxEpochs: 1, validationSet: renamed);

        using BertTransformer transformer = trainer.Fit(renamed);

        Assert.Equal(
            ["Guess", "P"], transformer.GetOutputSchema(renamed.Schema).Skip(renamed.Schema.Count).Select(column => column.Name));
        var options = (BertPairClassifyOptions)transformer.Options;
        Assert.Equal(("Sentence2", null), (options.Sentence1ColumnName, options.Sentence2ColumnName));
        BertPairTrainer binary = _context.BinaryClassification.Trainers.BertPairClassification(_model.Path, labelColumnName: "Same");
        Assert.Contains("'Same' must be Boolean", Assert.Throws<ArgumentOutOfRangeException>(() => binary.Fit(renamed)).Message);
    }

    [Fact]
    public void Missing_columns_and_labels_are_named()
    {
        MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers = _context.MulticlassClassification.Trainers;
        AssertNamed("'Nope'", trainers.BertPairClassification(Options() with { LabelColumnName = "Nope" }));
        AssertNamed(
            "must be text (String) or a key over text or whole numbers but is Single",
            trainers.BertPairClassification(Options() with { LabelColumnName = "Weight" }));
        AssertNamed("'Label' must be Boolean but is String", _context.BinaryClassification.Trainers.BertPairClassification(Options()));

        _rows[7].Label = "";
        BertPairTrainer trainer = trainers.BertPairClassification(Options());
        Assert.Contains("column 'Label', row 8: the label is missing", Assert.Throws<BertMLNetException>(() => trainer.Fit(Data)).Message);

        void AssertNamed(string what, BertPairTrainer refused)
        {
            SchemaShape shape = SchemaShapes.Of(Data.Schema);
            Assert.Contains(what, Assert.Throws<ArgumentOutOfRangeException>(() => refused.Fit(Data)).Message);
            Assert.Contains(what, Assert.Throws<ArgumentOutOfRangeException>(() => refused.GetOutputSchema(shape)).Message);
        }
    }

    [Fact]
    public void The_estimator_foretells_its_columns()
    {
        SchemaShape shape = SchemaShapes.Of(Data.Schema);
        SchemaShape many = _context.MulticlassClassification.Trainers.BertPairClassification(Options()).GetOutputSchema(shape);
        Assert.Equal(["PredictedLabel", "Score"], many.Select(column => column.Name).Except(shape.Select(column => column.Name)));
        SchemaShape keyed = _context.Transforms.Conversion.MapValueToKey("Label")
            .Append(_context.MulticlassClassification.Trainers.BertPairClassification(Options())).GetOutputSchema(shape);
        Assert.True(keyed.Single(column => column.Name == "PredictedLabel").IsKey);
        SchemaShape binary = _context.BinaryClassification.Trainers.BertPairClassification(Options())
            .GetOutputSchema(SchemaShapes.Of(_context.Data.LoadFromEnumerable(_rows.Select(BinaryRow.Of)).Schema));
        Assert.Equal(BooleanDataViewType.Instance, binary.Single(column => column.Name == "PredictedLabel").ItemType);
        Assert.Contains(binary, column => column.Name == "Probability");
    }

    public void Dispose() => _model.Dispose();

    private BertPairTrainerOptions Options() => new()
    {
        ModelPath = _model.Path,
        MaxLength = 32,
        Optimization = new TrainingOptions { Epochs = 6, BatchSize = 16, LearningRate = 5e-3, Seed = 3 },
    };

    private sealed class Recorder(Action<TrainingProgress>? also = null) : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> Seen { get; } = [];

        public void Report(TrainingProgress value)
        {
            Seen.Add(value);
            also?.Invoke(value);
        }
    }
}
