using BertMLNet.Scoring;
using Microsoft.ML;

namespace BertMLNet.Tests;

/// <summary>A tiny model, rows for it, and what they must score: <see cref="PairClassifier"/>, row by row, is the oracle.</summary>
internal sealed class Scenario : IDisposable
{
    private readonly PairClassifier _classifier;

    public Scenario(int rows, IReadOnlyList<string>? labels = null)
    {
        Model = TinyModel.Pairs(labels: labels);
        _classifier = PairClassifier.Load(Model.Path);
        Rows = PairRow.Many(rows);
        Data = Context.Data.LoadFromEnumerable(Rows);
        Expected = [.. Rows.Select(row => _classifier.Score(row.Sentence1!, row.Sentence2))];
    }

    public MLContext Context { get; } = new(seed: 1);

    public TinyModel Model { get; }

    public PairRow[] Rows { get; }

    public IDataView Data { get; }

    public PairPrediction[] Expected { get; }

    public BertTransformer Fit(BertPairClassifyOptions? options = null) =>
        Context.Transforms.BertPairClassify((options ?? Options()) with { ModelPath = Model.Path }).Fit(Data);

    public BertPairClassifyOptions Options() => new() { ModelPath = Model.Path };

    public void AssertScores(IEnumerable<float[]> actual)
    {
        float[][] scores = [.. actual];
        Assert.Equal(Expected.Length, scores.Length);
        for (int i = 0; i < scores.Length; i++)
            AssertScore(i, scores[i]);
    }

    public void AssertScore(int row, ReadOnlySpan<float> actual)
    {
        ReadOnlySpan<float> expected = Expected[row].Probabilities.Span;
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-5f);
    }

    public void Dispose()
    {
        _classifier.Dispose();
        Model.Dispose();
    }
}
