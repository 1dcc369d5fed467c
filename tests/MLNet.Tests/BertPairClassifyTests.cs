using BertMLNet.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Tests;

/// <summary>The columns that <c>BertPairClassify</c> adds, and how it gets on with the rest of ML.NET.</summary>
public sealed class BertPairClassifyTests
{
    [Fact]
    public void Label_scores_and_probability_are_those_of_each_row_scored_alone()
    {
        using var scenario = new Scenario(200);
        using BertTransformer transformer = scenario.Context.Transforms.BertPairClassify(scenario.Model.Path).Fit(scenario.Data);
        IDataView scored = transformer.Transform(scenario.Data);

        PairPredictionRow[] rows = [.. scenario.Context.Data.CreateEnumerable<PairPredictionRow>(scored, reuseRowObject: false)];

        scenario.AssertScores(rows.Select(row => row.Score));
        Assert.Equal(scenario.Expected.Select(row => row.Label), rows.Select(row => row.PredictedLabel));
        Assert.All(rows, row => Assert.Equal(row.Score[1], row.Probability));
        Assert.Equal(2, rows.Select(row => row.PredictedLabel).Distinct().Count());
    }

    [Fact]
    public void Added_columns_stand_behind_the_inputs_with_their_types_and_slot_names()
    {
        using var scenario = new Scenario(1, ["b", "a", "c"]);
        using BertTransformer transformer = scenario.Fit();
        DataViewSchema schema = transformer.GetOutputSchema(scenario.Data.Schema);

        Assert.Equal(
            ["Sentence1", "Sentence2", "Label", "Weight", "Features", "PredictedLabel", "Score"], schema.Select(column => column.Name));
        Assert.Equal(TextDataViewType.Instance, schema["PredictedLabel"].Type);
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 3), schema["Score"].Type);
        VBuffer<ReadOnlyMemory<char>> names = default;
        schema["Score"].GetSlotNames(ref names);
        Assert.Equal(["b", "a", "c"], names.DenseValues().Select(name => name.ToString()));
    }

    [Fact]
    public void Other_columns_pass_through_unchanged_and_unshared()
    {
        using var scenario = new Scenario(150);
        using BertTransformer transformer = scenario.Fit();
        IDataView scored = transformer.Transform(scenario.Data);
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        using DataViewRowCursor plain = scenario.Data.GetRowCursor(scenario.Data.Schema);
        ValueGetter<VBuffer<float>> features = cursor.GetGetter<VBuffer<float>>(scored.Schema["Features"]);
        ValueGetter<float> weight = cursor.GetGetter<float>(scored.Schema["Weight"]);
        ValueGetter<ReadOnlyMemory<char>> label = cursor.GetGetter<ReadOnlyMemory<char>>(scored.Schema["Label"]);
        ValueGetter<DataViewRowId> id = cursor.GetIdGetter(), plainId = plain.GetIdGetter();

        VBuffer<float> first = default, second = default;
        float number = 0;
        ReadOnlyMemory<char> text = default;
        DataViewRowId rowId = default, expectedId = default;
        for (int i = 0; cursor.MoveNext(); i++)
        {
            plain.MoveNext();
            weight(ref number);
            label(ref text);
            id(ref rowId);
            plainId(ref expectedId);
            Assert.Equal((i, scenario.Rows[i].Label, expectedId, (long)i), (number, text.ToString(), rowId, cursor.Position));
            Assert.Equal(plain.Batch, cursor.Batch);
            features(ref first);
            Assert.Equal([i, -i], first.DenseValues());
            // A consumer may scribble over what it was given.
            VBufferEditor.CreateFromBuffer(ref first).Values.Fill(-1);
            features(ref second);
            Assert.Equal([i, -i], second.DenseValues());
        }
        Assert.Equal(149, (int)number);
        Assert.Equal(-1, cursor.Position);
        Assert.Throws<InvalidOperationException>(() => weight(ref number));
    }

    [Fact]
    public void Nothing_is_scored_unless_a_scored_column_of_a_row_is_asked_for()
    {
        using var scenario = new Scenario(100);
        int Runs(Action<IDataView> use)
        {
            using var counter = new RunCounter();
            using (BertTransformer transformer = scenario.Fit(
                scenario.Options() with { Scoring = counter.CountIn(new ScoringOptions { MaxBatchTokens = 2048, WindowRows = 32 }) }))
                use(transformer.Transform(scenario.Data));
            return counter.Count;
        }

        Assert.Equal(0, Runs(view => Assert.Equal(100, view.GetColumn<float>("Weight").Count())));
        Assert.Equal(0, Runs(view => view.GetRowCursor(view.Schema).Dispose()));
        // Thirty-two rows of at most 43 tokens fit into one batch; a hundred come in four windows.
        Assert.Equal(1, Runs(view => Assert.Single(view.GetColumn<float>("Probability").Take(1))));
        Assert.InRange(Runs(view => Assert.Equal(100, view.GetColumn<float>("Probability").Count())), 4, 6);
    }

    [Fact]
    public void A_column_that_was_not_asked_for_cannot_be_read()
    {
        using var scenario = new Scenario(3);
        using BertTransformer transformer = scenario.Fit();
        IDataView scored = transformer.Transform(scenario.Data);
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"]]);
        Assert.False(cursor.IsColumnActive(scored.Schema["Weight"]));
        Assert.True(cursor.IsColumnActive(scored.Schema["Score"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => cursor.GetGetter<float>(scored.Schema["Weight"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<float>(scored.Schema["Score"]));
    }

    [Fact]
    public void It_works_between_other_steps_of_a_chain()
    {
        using var scenario = new Scenario(60);
        MLContext context = scenario.Context;
        var pipeline = context.Transforms.CopyColumns("A", "Sentence1")
            .Append(context.Transforms.CopyColumns("B", "Sentence2"))
            .Append(context.Transforms.BertPairClassify(scenario.Model.Path, "A", "B", "Guess", "Probabilities"))
            .Append(context.Transforms.Concatenate("All", "Features", "Probabilities"));
        using TransformerChain<ColumnConcatenatingTransformer> model = pipeline.Fit(scenario.Data);

        IDataView scored = model.Transform(scenario.Data);

        scenario.AssertScores(scored.GetColumn<float[]>("All").Select(all => all[2..]));
        Assert.Equal(scenario.Expected.Select(row => row.Label), scored.GetColumn<string>("Guess"));
    }

    [Fact]
    public void Cache_scores_once_for_two_passes()
    {
        using var scenario = new Scenario(50);
        using var counter = new RunCounter();
        using (BertTransformer transformer = scenario.Fit(scenario.Options() with { Scoring = counter.CountIn(new ScoringOptions()) }))
        {
            IDataView cached = scenario.Context.Data.Cache(transformer.Transform(scenario.Data));
            scenario.AssertScores(cached.GetColumn<float[]>("Score"));
            scenario.AssertScores(cached.GetColumn<float[]>("Score"));
        }
        Assert.InRange(counter.Count, 2, 4);
    }

    [Fact]
    public void Preview_take_skip_and_shuffle_work_on_scored_rows()
    {
        using var scenario = new Scenario(90);
        using BertTransformer transformer = scenario.Fit();
        DataOperationsCatalog data = scenario.Context.Data;
        IDataView scored = transformer.Transform(scenario.Data);

        DataDebuggerPreview preview = scored.Preview(maxRows: 3);
        Assert.Equal(3, preview.RowView.Length);
        Assert.Equal(scenario.Expected[2].Label, preview.RowView[2].Values.Single(cell => cell.Key == "PredictedLabel").Value.ToString());
        Assert.Equal(
            2, scenario.Context.Transforms.BertPairClassify(scenario.Model.Path).Preview(scenario.Data, maxRows: 2).RowView.Length);

        float[][] some = [.. data.TakeRows(data.SkipRows(scored, 10), 5).GetColumn<float[]>("Score")];
        Assert.Equal(5, some.Length);
        scenario.AssertScore(10, some[0]);
        scenario.AssertScore(14, some[4]);

        IDataView shuffled = data.ShuffleRows(scored, seed: 3);
        float[] order = [.. shuffled.GetColumn<float>("Weight")];
        Assert.Equal(90, order.Distinct().Count());
        Assert.NotEqual(order.Order(), order);
        foreach ((float row, float[] score) in order.Zip(shuffled.GetColumn<float[]>("Score")))
            scenario.AssertScore((int)row, score);
        Assert.Equal(scenario.Data.CanShuffle, scored.CanShuffle);
        Assert.Equal(scenario.Data.GetRowCount(), scored.GetRowCount());
    }

    [Fact]
    public void A_cursor_set_gives_every_row_once()
    {
        using var scenario = new Scenario(70);
        using BertTransformer transformer = scenario.Fit();
        IDataView scored = transformer.Transform(scenario.Data);
        foreach (string name in (string[])["Weight", "Probability"])
        {
            DataViewSchema.Column column = scored.Schema[name];
            int rows = 0;
            foreach (DataViewRowCursor cursor in scored.GetRowCursorSet([column], 4))
            {
                using (cursor)
                {
                    while (cursor.MoveNext())
                        rows++;
                }
            }
            Assert.Equal(70, rows);
        }
    }

    [Fact]
    public void Single_texts_are_classified_without_a_second_column()
    {
        using var scenario = new Scenario(20);
        using var classifier = PairClassifier.Load(scenario.Model.Path);
        using BertTransformer transformer =
            scenario.Context.Transforms.BertPairClassify(scenario.Model.Path, sentence2ColumnName: null).Fit(scenario.Data);

        float[] actual = [.. transformer.Transform(scenario.Data).GetColumn<float>("Probability")];

        for (int i = 0; i < actual.Length; i++)
            Assert.Equal(classifier.Score(scenario.Rows[i].Sentence1!).Probabilities.Span[1], actual[i], 1e-5f);
    }

    [Fact]
    public void Null_and_empty_texts_score_as_empty_ones()
    {
        using var scenario = new Scenario(1);
        using var classifier = PairClassifier.Load(scenario.Model.Path);
        using BertTransformer transformer = scenario.Fit();
        IDataView data = scenario.Context.Data.LoadFromEnumerable(
        [
            new PairRow { Sentence1 = null, Sentence2 = null, Features = [0, 0] },
            new PairRow { Sentence1 = "", Sentence2 = "", Features = [0, 0] },
        ]);
        float expected = classifier.Score("", "").Probabilities.Span[1];
        Assert.All(transformer.Transform(data).GetColumn<float>("Probability"), actual => Assert.Equal(expected, actual, 1e-5f));
    }

    [Fact]
    public void Many_cursors_and_engines_use_one_transformer_at_once()
    {
        using var scenario = new Scenario(60);
        using BertTransformer transformer = scenario.Fit();
        IDataView scored = transformer.Transform(scenario.Data);
        Parallel.For(0, 12, new ParallelOptions { MaxDegreeOfParallelism = 6 }, worker =>
        {
            if (worker % 2 == 0)
            {
                scenario.AssertScores(scored.GetColumn<float[]>("Score"));
                return;
            }
            var engine = scenario.Context.Model.CreatePredictionEngine<PairRow, PairPredictionRow>(
                transformer, new PredictionEngineOptions { OwnsTransformer = false });
            scenario.AssertScores(scenario.Rows.Select(row => engine.Predict(row).Score));
        });
    }

    [Fact]
    public void Transformers_of_one_estimator_share_the_model_until_the_last_is_disposed()
    {
        using var scenario = new Scenario(5);
        BertEstimator estimator = scenario.Context.Transforms.BertPairClassify(scenario.Model.Path);
        BertTransformer first = estimator.Fit(scenario.Data), second = estimator.Fit(scenario.Data);
        first.Dispose();
        Assert.Throws<ObjectDisposedException>(() => first.Transform(scenario.Data).GetColumn<float>("Probability").ToList());
        scenario.AssertScores(second.Transform(scenario.Data).GetColumn<float[]>("Score"));
        second.Dispose();
        using BertTransformer third = estimator.Fit(scenario.Data);
        scenario.AssertScores(third.Transform(scenario.Data).GetColumn<float[]>("Score"));
    }
}
