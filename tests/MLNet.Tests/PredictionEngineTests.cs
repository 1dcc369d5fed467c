using Microsoft.ML;

namespace BertMLNet.Tests;

public sealed class PredictionEngineTests
{
    [Fact]
    public void An_engine_predicts_alone_and_within_a_chain()
    {
        using var scenario = new Scenario(10);
        MLContext context = scenario.Context;
        using BertTransformer transformer = scenario.Fit();
        var alone = context.Model.CreatePredictionEngine<PairRow, PairPredictionRow>(
            transformer, new PredictionEngineOptions { OwnsTransformer = false });
        var chain = context.Transforms.CopyColumns("A", "Sentence1")
            .Append(context.Transforms.BertPairClassify(scenario.Model.Path, "A"))
            .Append(context.Transforms.CopyColumns("Copy", "Score"))
            .Fit(scenario.Data);
        using var chained = context.Model.CreatePredictionEngine<PairRow, PairPredictionRow>(chain);

        for (int i = 0; i < scenario.Rows.Length; i++)
        {
            PairPredictionRow prediction = alone.Predict(scenario.Rows[i]);
            scenario.AssertScore(i, prediction.Score);
            Assert.Equal(scenario.Expected[i].Label, prediction.PredictedLabel);
            scenario.AssertScore(i, chained.Predict(scenario.Rows[i]).Score);
        }
    }

    [Fact]
    public void A_row_is_scored_once_whatever_is_read_of_it()
    {
        using var scenario = new Scenario(4);
        using var counter = new RunCounter();
        using (BertTransformer transformer = scenario.Fit(scenario.Options() with { Scoring = counter.CountIn(new()) }))
        using (var engine = scenario.Context.Model.CreatePredictionEngine<PairRow, PairPredictionRow>(transformer))
        {
            foreach (PairRow row in scenario.Rows)
                engine.Predict(row);
        }
        Assert.Equal(4, counter.Count);
    }

    [Fact]
    public void Disposing_an_engine_disposes_the_transformer_it_owns()
    {
        using var scenario = new Scenario(1);
        BertTransformer transformer = scenario.Fit();
        scenario.Context.Model.CreatePredictionEngine<PairRow, PairPredictionRow>(transformer).Dispose();
        Assert.Throws<ObjectDisposedException>(() => transformer.Labels);
    }

    [Fact]
    public void A_pool_serves_many_threads_and_disposes_the_model()
    {
        using var scenario = new Scenario(40);
        BertTransformer transformer = scenario.Fit();
        var pool = new BertPredictionPool<PairRow, PairPredictionRow>(scenario.Context, transformer);
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
            scenario.AssertScore(i % 40, pool.Predict(scenario.Rows[i % 40]).Score));
        pool.Dispose();
        pool.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pool.Predict(scenario.Rows[0]));
        Assert.Throws<ObjectDisposedException>(() => transformer.Labels);
    }
}
