using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.TestKit;
using BertMLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Tests;

/// <summary>Values and several labels in pipelines: scoring, evaluating, training, saving and loading.</summary>
public sealed class BertPairScoreTests : IDisposable
{
    private readonly MLContext _context = new(seed: 1);
    private readonly TinyModel _model = TinyModel.Values(["relatedness"]);
    private readonly ValueRow[] _rows =
    [
        .. PairRow.Many(60).Select((row, i) => new ValueRow
        {
            Sentence1 = row.Sentence1!, Sentence2 = row.Sentence2!, Label = i % 5 == 0 ? 1 : 0, Query = (uint)(i / 10) + 1,
        }),
    ];

    private IDataView Data => _context.Data.LoadFromEnumerable(_rows);

    public void Dispose() => _model.Dispose();

    [Fact]
    public void The_score_is_the_scorers_and_evaluators_take_it()
    {
        using PairScorer scorer = PairScorer.Load(_model.Path);
        using BertTransformer transformer = _context.Transforms.BertPairScore(_model.Path).Fit(Data);

        IDataView scored = transformer.Transform(Data);

        float[] expected = [.. _rows.Select(row => scorer.Score(row.Sentence1, row.Sentence2).Score)];
        Assert.Equal(expected, scored.GetColumn<float>("Score"), Close);
        // The evaluators' own figures, worked out from the scores.
        double error = expected.Zip(_rows, (score, row) => Math.Pow(score - row.Label, 2)).Average();
        Assert.Equal(error, _context.Regression.Evaluate(scored).MeanSquaredError, 1e-4);
        RankingMetrics ranking = _context.Ranking.Evaluate(scored, rowGroupColumnName: "Query");
        // Six queries of ten rows, two of which are right.
        double ndcg = _rows.Select((row, i) => (row, Score: expected[i])).GroupBy(row => row.row.Query).Average(query =>
            query.OrderByDescending(row => row.Score).Select((row, place) => row.row.Label / Math.Log2(place + 2)).Sum() / (1 + 1 / Math.Log2(3)));
        Assert.Equal(
            ndcg,
            ranking.NormalizedDiscountedCumulativeGains[9],
            1e-4);
    }

    [Fact]
    public void Scores_come_back_from_both_kinds_of_files()
    {
        using var folder = new TemporaryFolder();
        using BertTransformer transformer = _context.BertPairScore(new BertPairScoreOptions { ModelPath = _model.Path, ScoreColumnName = "Value" }).Fit(Data);
        float[] expected = [.. transformer.Transform(Data).GetColumn<float>("Value")];
        _context.Model.Save(transformer, Data.Schema, folder["ml.zip"]);
        BertPipeline.Save(_context, transformer, Data.Schema, folder["packed.zip"]);

        IDataView loaded = new MLContext().Model.Load(folder["ml.zip"], out _).Transform(Data);
        Assert.Equal(expected, loaded.GetColumn<float>("Value"), Close);
        Assert.DoesNotContain(loaded.Schema, column => !column.IsHidden && column.Name.StartsWith("__bertmlnet", StringComparison.Ordinal));
        ITransformer packed = BertPipeline.Load(new MLContext(), folder["packed.zip"], out _);
        using (packed as IDisposable)
            Assert.Equal(expected, packed.Transform(Data).GetColumn<float>("Value"), Close);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_value_is_learnt_when_a_pipeline_is_fitted(bool relevance)
    {
        ValueRow[] rows =
        [
            .. Enumerable.Range(0, 120).Select(i => new ValueRow
            {
                Sentence1 = i % 2 == 0 ? "w100 w101" : "w150 w151", Sentence2 = "w3", Label = relevance ? i % 2 : 3 + 2 * (i % 2),
            }),
        ];
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        BertPairTrainer trainer = _context.Regression.Trainers.BertPairRegression(new BertPairRegressionOptions
        {
            ModelPath = _model.Path,
            Relevance = relevance,
            MaxLength = 32,
            Optimization = new TrainingOptions { Epochs = 8, BatchSize = 16, LearningRate = 5e-3, Seed = 3 },
        });
        using BertTransformer transformer = trainer.Fit(data);

        IDataView scored = transformer.Transform(data);

        Assert.InRange(_context.Regression.Evaluate(scored).RSquared, relevance ? 0.2 : 0.8, 1);
        float[] scores = [.. scored.GetColumn<float>("Score")];
        Assert.True(scores.Where((_, i) => i % 2 == 1).Min() > scores.Where((_, i) => i % 2 == 0).Max());
        Assert.Equal(relevance ? Heads.Labels : Heads.Value, new ModelFolder(transformer.Options.ModelPath).LoadConfig().Head);
        Assert.Equal(NumberDataViewType.Single, trainer.GetOutputSchema(SchemaShapes.Of(data.Schema)).Single(column => column.Name == "Score").ItemType);
    }

    [Fact]
    public void What_is_no_value_is_named()
    {
        BertPairTrainer trainer = _context.Regression.Trainers.BertPairRegression(_model.Path);
        IDataView text = _context.Data.LoadFromEnumerable(PairRow.Many(4));
        Assert.Contains("must be a number (Single or Double)", Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Fit(text)).Message, StringComparison.Ordinal);
        _rows[2].Label = float.NaN;
        Assert.Contains("row 3: the value 'NaN' is no number", Assert.Throws<BertMLNetException>(() => trainer.Fit(Data)).Message, StringComparison.Ordinal);

        using var classes = TinyModel.Pairs();
        Assert.Contains(
            "score it with PairClassifier, in ML.NET BertPairClassify",
            Assert.Throws<BertMLNetException>(() => _context.Transforms.BertPairScore(classes.Path).Fit(Data)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Several_labels_are_given_and_come_back_from_both_kinds_of_files()
    {
        using var folder = new TemporaryFolder();
        using var model = TinyModel.Labels(["joy", "anger", "fear"], 0.4f);
        using MultiLabelClassifier classifier = MultiLabelClassifier.Load(model.Path);
        MultiLabelPrediction[] expected = [.. _rows.Select(row => classifier.Score(row.Sentence1))];
        using BertTransformer transformer = _context.Transforms.BertLabelTexts(model.Path).Fit(Data);
        _context.Model.Save(transformer, Data.Schema, folder["ml.zip"]);
        BertPipeline.Save(_context, transformer, Data.Schema, folder["packed.zip"]);
        ITransformer packed = BertPipeline.Load(new MLContext(), folder["packed.zip"], out _);

        using (packed as IDisposable)
        {
            foreach (ITransformer one in new[] { transformer, new MLContext().Model.Load(folder["ml.zip"], out _), packed })
            {
                IDataView scored = one.Transform(Data);
                Assert.Equal(expected.Select(row => row.Labels), scored.GetColumn<string[]>("PredictedLabels"));
                Assert.Equal(
                    expected.SelectMany(row => row.Probabilities.ToArray()), scored.GetColumn<float[]>("Score").SelectMany(score => score), Close);
                Assert.Equal(3, ((VectorDataViewType)scored.Schema["Score"].Type).Size);
            }
        }
        VBuffer<ReadOnlyMemory<char>> slots = default;
        transformer.Transform(Data).Schema["Score"].GetSlotNames(ref slots);
        Assert.Equal(["joy", "anger", "fear"], slots.DenseValues().Select(name => name.ToString()));
    }

    private static bool Close(float expected, float actual) => MathF.Abs(expected - actual) < 1e-5f;

    private sealed class ValueRow
    {
        public string Sentence1 { get; set; } = "";

        public string Sentence2 { get; set; } = "";

        public float Label { get; set; }

        [KeyType(100)]
        public uint Query { get; set; }
    }
}
