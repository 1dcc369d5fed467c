using System.IO.Compression;
using BertMLNet.Modeling;
using BertMLNet.TestKit;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Tests;

/// <summary>Saved pipelines come back, in ML.NET's own file and in the self-contained one.</summary>
public sealed class SavingTests
{
    [Fact]
    public void A_pipeline_saved_by_ML_NET_finds_its_model_again()
    {
        using var scenario = new Scenario(25);
        using var folder = new TemporaryFolder();
        BertPairClassifyOptions options =
            scenario.Options() with { Sentence1ColumnName = "A", OutputColumnName = "Guess", ScoreColumnName = "P" };
        Save(scenario, options, folder["model.zip"]);

        var context = new MLContext();
        ITransformer loaded = context.Model.Load(folder["model.zip"], out DataViewSchema schema);
        IDataView scored = loaded.Transform(scenario.Data);

        Assert.Equal(scenario.Data.Schema.Select(column => column.Name), schema.Select(column => column.Name));
        scenario.AssertScores(scored.GetColumn<float[]>("P"));
        Assert.Equal(scenario.Expected.Select(row => row.Label), scored.GetColumn<string>("Guess"));
        Assert.Equal(
            scenario.Expected.Select(row => row.Probabilities.Span[1]),
            scored.GetColumn<float>("Probability"),
            (a, b) => MathF.Abs(a - b) < 1e-5f);
        Assert.DoesNotContain(scored.Schema, column => !column.IsHidden && column.Name.StartsWith("__bertmlnet", StringComparison.Ordinal));
        using var engine = context.Model.CreatePredictionEngine<PairRow, PairPredictionRow>(loaded);
        Assert.Equal(scenario.Expected[3].Probabilities.Span[1], engine.Predict(scenario.Rows[3]).Probability, 1e-5f);
    }

    [Fact]
    public void Keys_and_binary_scores_come_back_too()
    {
        using var scenario = new Scenario(10);
        using var folder = new TemporaryFolder();
        Save(scenario, scenario.Options() with { PredictedLabelAsKey = true }, folder["key.zip"]);
        IDataView keys = new MLContext().Model.Load(folder["key.zip"], out _).Transform(scenario.Data);
        Assert.Equal(scenario.Expected.Select(row => (uint)row.LabelIndex + 1), keys.GetColumn<uint>("PredictedLabel"));

        Save(scenario, scenario.Options() with { BinaryScore = true }, folder["binary.zip"]);
        IDataView binary = new MLContext().Model.Load(folder["binary.zip"], out _).Transform(scenario.Data);
        Assert.Equal(scenario.Expected.Select(row => row.LabelIndex == 1), binary.GetColumn<bool>("PredictedLabel"));
        Assert.Equal(
            scenario.Expected.Select(row => row.Logits.Span[1] - row.Logits.Span[0]),
            binary.GetColumn<float>("Score"),
            (a, b) => MathF.Abs(a - b) < 1e-4f);
    }

    // ML.NET makes a mapping before it knows of the model: its own Load cannot miss what is gone, ours can.
    [Fact]
    public void A_missing_model_folder_is_found_missing_when_the_pipeline_is_loaded()
    {
        using var scenario = new Scenario(5);
        using var folder = new TemporaryFolder();
        Save(scenario, scenario.Options(), folder["model.zip"]);
        using (var loaded = (TransformerChain<ITransformer>)BertPipeline.Load(new MLContext(), folder["model.zip"], out _))
        {
            Assert.Contains(loaded, part => part is BertTransformer);
            scenario.AssertScores(loaded.Transform(scenario.Data).GetColumn<float[]>("Score"));
        }

        Directory.Move(scenario.Model.Path, folder["elsewhere"]);
        try
        {
            Assert.Contains("the model folder of the saved pipeline is not there", Error(folder["model.zip"]));
            IDataView scored = new MLContext().Model.Load(folder["model.zip"], out _).Transform(scenario.Data);
            Assert.Contains("is not there", Assert.ThrowsAny<Exception>(() => scored.GetColumn<float[]>("Score").Count()).ToString());
        }
        finally
        {
            Directory.Move(folder["elsewhere"], scenario.Model.Path);
        }
    }

    [Fact]
    public void What_ML_NET_loads_can_be_evaluated()
    {
        using var scenario = new Scenario(50, ["b", "different", "same"]);
        using var folder = new TemporaryFolder();
        MLContext context = scenario.Context;
        double accuracy, logLoss;
        using (var model = context.Transforms.BertLabelToKey(scenario.Model.Path)
            .Append(context.Transforms.BertPairClassify(scenario.Options() with { PredictedLabelAsKey = true }))
            .Fit(scenario.Data))
        {
            MulticlassClassificationMetrics before = context.MulticlassClassification.Evaluate(model.Transform(scenario.Data));
            (accuracy, logLoss) = (before.MicroAccuracy, before.LogLoss);
            context.Model.Save(model, scenario.Data.Schema, folder["model.zip"]);
        }

        IDataView scored = new MLContext().Model.Load(folder["model.zip"], out _).Transform(scenario.Data);

        // Evaluation asks for scores of a length that the schema knows.
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 3), scored.Schema["Score"].Type);
        scenario.AssertScores(scored.GetColumn<float[]>("Score"));
        MulticlassClassificationMetrics after = context.MulticlassClassification.Evaluate(scored);
        Assert.Equal(accuracy, after.MicroAccuracy);
        Assert.Equal(logLoss, after.LogLoss, 1e-5);
    }

    [Fact]
    public void A_model_folder_that_is_gone_or_changed_is_named()
    {
        using var scenario = new Scenario(3);
        using var folder = new TemporaryFolder();
        Save(scenario, scenario.Options(), folder["model.zip"]);

        File.AppendAllText(Path.Combine(scenario.Model.Path, "vocab.txt"), "more\n");
        Assert.Contains("holds another model", ScoringError(folder["model.zip"], scenario));
        Directory.Delete(scenario.Model.Path, recursive: true);
        Assert.Contains("is not there", ScoringError(folder["model.zip"], scenario));
    }

    [Fact]
    public void A_model_folder_may_get_further_graphs()
    {
        using var scenario = new Scenario(3);
        using var folder = new TemporaryFolder();
        Save(scenario, scenario.Options(), folder["model.zip"]);
        File.WriteAllText(Path.Combine(scenario.Model.Path, "onnx", "model_quantized.onnx"), "another graph");
        File.WriteAllText(Path.Combine(scenario.Model.Path, "onnx", "model.onnx.0123456789abcdef.tmp"), "of a killed export");

        scenario.AssertScores(new MLContext().Model.Load(folder["model.zip"], out _).Transform(scenario.Data).GetColumn<float[]>("Score"));

        File.AppendAllText(new ModelFolder(scenario.Model.Path).RequireOnnx(), "\0");
        Assert.Contains("holds another model", ScoringError(folder["model.zip"], scenario));
    }

    [Fact]
    public void A_folder_that_only_has_the_name_of_the_model_is_passed_over()
    {
        using var scenario = new Scenario(3);
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["given"]);
        var reference = SavedModelFolder.ToGraph(scenario.Model.Path, graph: null) with { Path = folder["given"] };

        Assert.Equal(Path.GetFullPath(scenario.Model.Path), reference.Resolve());
    }

    [Fact]
    public void A_model_that_is_put_back_scores_again_without_loading()
    {
        using var scenario = new Scenario(3);
        using var folder = new TemporaryFolder();
        Save(scenario, scenario.Options(), folder["model.zip"]);
        ITransformer loaded = new MLContext().Model.Load(folder["model.zip"], out _);
        Directory.Move(scenario.Model.Path, folder["away"]);
        Assert.ThrowsAny<Exception>(() => loaded.Transform(scenario.Data).GetColumn<float[]>("Score").ToList());

        Directory.Move(folder["away"], scenario.Model.Path);

        scenario.AssertScores(loaded.Transform(scenario.Data).GetColumn<float[]>("Score"));
    }

    [Fact]
    public void A_graph_that_the_options_name_is_packed_wherever_it_lies()
    {
        using var scenario = new Scenario(5);
        using var folder = new TemporaryFolder();
        File.Move(new ModelFolder(scenario.Model.Path).OnnxPath, Path.Combine(scenario.Model.Path, "own.onnx"));
        using (BertTransformer transformer = scenario.Fit(scenario.Options() with { Scoring = new() { Graph = "own.onnx" } }))
            BertPipeline.Save(scenario.Context, transformer, scenario.Data.Schema, folder["pipeline.zip"]);
        Directory.Delete(scenario.Model.Path, recursive: true);

        using var loaded = (BertTransformer)BertPipeline.Load(new MLContext(), folder["pipeline.zip"], out _);

        scenario.AssertScores(loaded.Transform(scenario.Data).GetColumn<float[]>("Score"));
    }

    [Fact]
    public void A_self_contained_pipeline_needs_no_model_folder()
    {
        using var scenario = new Scenario(40);
        using var folder = new TemporaryFolder();
        string path = folder["pipeline.zip"];
        MLContext context = scenario.Context;
        using (var model = context.Transforms.CopyColumns("A", "Sentence1")
            .Append(context.Transforms.BertPairClassify(scenario.Options() with { Sentence1ColumnName = "A" })
                .Append(context.Transforms.BertTokenize(scenario.Model.Path)))
            .Append(context.Transforms.CopyColumns("Copy", "Score"))
            .Fit(scenario.Data))
        {
            BertPipeline.Save(context, model, scenario.Data.Schema, path);
        }
        Directory.Delete(scenario.Model.Path, recursive: true);

        ITransformer loaded = BertPipeline.Load(new MLContext(), path, out DataViewSchema schema);
        Assert.Equal(scenario.Data.Schema.Select(column => column.Name), schema.Select(column => column.Name));
        string unpacked;
        using ((IDisposable)loaded)
        {
            BertTransformer transformer = Flatten(loaded).OfType<BertTransformer>().First();
            unpacked = transformer.Options.ModelPath;
            Assert.True(Directory.Exists(unpacked));
            IDataView scored = loaded.Transform(scenario.Data);
            scenario.AssertScores(scored.GetColumn<float[]>("Copy"));
            Assert.Equal(40, scored.GetColumn<long[]>("input_ids").Count());
            VBuffer<ReadOnlyMemory<char>> names = default;
            scored.Schema["Score"].GetSlotNames(ref names);
            Assert.Equal(["different", "same"], names.DenseValues().Select(name => name.ToString()));
            // What was loaded can be saved again.
            BertPipeline.Save(context, loaded, schema, folder["again.zip"]);
        }
        Assert.False(Directory.Exists(unpacked));

        ITransformer again = BertPipeline.Load(new MLContext(), folder["again.zip"], out _);
        using ((IDisposable)again)
            scenario.AssertScores(again.Transform(scenario.Data).GetColumn<float[]>("Score"));
        using var pool = BertPredictionPool<PairRow, PairPredictionRow>.Load(new MLContext(), path);
        scenario.AssertScore(7, pool.Predict(scenario.Rows[7]).Score);
    }

    [Theory]
    [InlineData("BertMLNet/models/../../../evil.txt", "does not name a file inside")]
    [InlineData("BertMLNet/models//etc/evil.txt", "does not name a file inside")]
    [InlineData("BertMLNet/models/0/", "does not name a file inside")]
    public void An_entry_that_points_outside_is_refused(string entry, string message)
    {
        using var scenario = new Scenario(2);
        using var folder = new TemporaryFolder();
        string path = SelfContained(scenario, folder);
        using (ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Update))
        {
            using var writer = new StreamWriter(archive.CreateEntry(entry).Open());
            writer.Write("evil");
        }
        Assert.Contains(message, Error(path));
        Assert.Empty(Directory.GetFiles(folder.Path, "evil*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Damaged_files_are_refused_in_one_line()
    {
        using var scenario = new Scenario(2);
        using var folder = new TemporaryFolder();
        Assert.Contains("cannot be read", Error(folder["absent.zip"]));

        File.WriteAllText(folder["text.zip"], "no zip");
        Assert.Contains("is no pipeline file", Error(folder["text.zip"]));

        scenario.Context.Model.Save(
            scenario.Context.Transforms.CopyColumns("A", "Sentence1").Fit(scenario.Data), scenario.Data.Schema, folder["plain.zip"]);
        Assert.Contains("no transformer of BertMLNet is in it", Error(folder["plain.zip"]));

        string[] manifests =
        [
            "", "{", "null", "{}",
            """{"Transformers":[{"Position":"","Kind":"New","Folder":0,"Options":{}}]}""",
            """{"Transformers":[{"Position":"","Kind":"PairClassify","Folder":0,"Options":{"ModelPath":"m","Scoring":null}}]}""",
        ];
        foreach (string manifest in manifests)
        {
            string path = SelfContained(scenario, folder);
            using (ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Update))
            {
                archive.GetEntry("BertMLNet/pipeline.json")!.Delete();
                using var writer = new StreamWriter(archive.CreateEntry("BertMLNet/pipeline.json").Open());
                writer.Write(manifest);
            }
            Assert.DoesNotContain('\n', Error(path));
        }
    }

    private static void Save(Scenario scenario, BertPairClassifyOptions options, string path)
    {
        MLContext context = scenario.Context;
        using var model = context.Transforms.CopyColumns("A", "Sentence1")
            .Append(context.Transforms.BertPairClassify(options))
            .Append(context.Transforms.CopyColumns("Z", options.ScoreColumnName))
            .Fit(scenario.Data);
        context.Model.Save(model, scenario.Data.Schema, path);
    }

    private static string SelfContained(Scenario scenario, TemporaryFolder folder)
    {
        using BertTransformer transformer = scenario.Fit();
        BertPipeline.Save(scenario.Context, transformer, scenario.Data.Schema, folder["pipeline.zip"]);
        return folder["pipeline.zip"];
    }

    private static string ScoringError(string path, Scenario scenario)
    {
        IDataView scored = new MLContext().Model.Load(path, out _).Transform(scenario.Data);
        Exception error = Assert.ThrowsAny<Exception>(() => scored.GetColumn<float>("Probability").ToList());
        // ML.NET may read ahead on a thread of its own and wrap what happens there.
        return (error as BertMLNetException ?? error.InnerException)!.Message;
    }

    private static string Error(string path) =>
        Assert.Throws<BertMLNetException>(() => BertPipeline.Load(new MLContext(), path, out _)).Message;

    private static IEnumerable<ITransformer> Flatten(ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain.SelectMany(Flatten) : [model];
}
