using BertMLNet.TestKit;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Tests;

/// <summary>What is left behind by transformers that come and go.</summary>
[Collection(nameof(MemoryCollection))]
public sealed class DisposalTests
{
    /// <summary>2 MB of weights: fifty sessions left open would take 100 MB and more.</summary>
    private static TinyModel Wide() => TinyModel.Pairs(vocabulary: 16_000, width: 32);

    [Fact]
    public void Two_hundred_transformers_opened_and_closed_leave_no_memory_behind()
    {
        using TinyModel model = Wide();
        var context = new MLContext();
        IDataView data = context.Data.LoadFromEnumerable(PairRow.Many(3));
        void OpenAndClose(int times)
        {
            for (int i = 0; i < times; i++)
            {
                using BertTransformer transformer = context.Transforms.BertPairClassify(model.Path).Fit(data);
                Assert.Equal(3, transformer.Transform(data).GetColumn<float>("Probability").Count());
                using var engine = context.Model.CreatePredictionEngine<PairRow, PairPredictionRow>(
                    transformer, new PredictionEngineOptions { OwnsTransformer = false });
                engine.Predict(new PairRow { Sentence1 = "w1", Sentence2 = "w2", Features = [0, 0] });
            }
        }

        OpenAndClose(20);
        Assert.InRange(ProcessMemory.LeftBehind(4, () => OpenAndClose(50)), long.MinValue, 40L << 20);
    }

    [Fact]
    public void Pipelines_loaded_and_disposed_leave_neither_memory_nor_folders_behind()
    {
        using TinyModel model = Wide();
        using var folder = new TemporaryFolder();
        var context = new MLContext();
        IDataView data = context.Data.LoadFromEnumerable(PairRow.Many(3));
        using (BertTransformer transformer = context.Transforms.BertPairClassify(model.Path).Fit(data))
            BertPipeline.Save(context, transformer, data.Schema, folder["pipeline.zip"]);
        var unpacked = new List<string>();
        void LoadAndDispose(int times)
        {
            for (int i = 0; i < times; i++)
            {
                var loaded = (BertTransformer)BertPipeline.Load(context, folder["pipeline.zip"], out _);
                unpacked.Add(loaded.Options.ModelPath);
                Assert.Equal(3, loaded.Transform(data).GetColumn<float>("Probability").Count());
                loaded.Dispose();
            }
        }

        LoadAndDispose(10);
        Assert.InRange(ProcessMemory.LeftBehind(3, () => LoadAndDispose(50)), long.MinValue, 40L << 20);
        Assert.Equal(160, unpacked.Distinct().Count());
        Assert.DoesNotContain(unpacked, Directory.Exists);
    }

    [Fact]
    public void A_cursor_of_a_disposed_transformer_says_so_and_lets_go_of_its_source()
    {
        using var scenario = new Scenario(400);
        BertTransformer transformer = scenario.Fit();
        var source = new WatchedView(scenario.Data);
        IDataView scored = transformer.Transform(source);
        using (DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Probability"]]))
        {
            Assert.True(cursor.MoveNext());
            transformer.Dispose();
            Assert.Throws<ObjectDisposedException>(() =>
            {
                while (cursor.MoveNext())
                    continue;
            });
        }
        Assert.Equal(0, source.Open);
    }
}
