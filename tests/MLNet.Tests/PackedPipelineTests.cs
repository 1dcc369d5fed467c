using System.IO.Compression;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.TestKit;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Tests;

/// <summary>What a self-contained file keeps of a pipeline, however the pipeline came about.</summary>
public sealed class PackedPipelineTests
{
    [Fact]
    public void What_is_applied_while_training_alone_stays_so()
    {
        using var scenario = new Scenario(10);
        using var folder = new TemporaryFolder();
        MLContext context = scenario.Context;
        using (var model = new EstimatorChain<ITransformer>()
            .Append(context.Transforms.BertLabelToKey(scenario.Model.Path), TransformerScope.TrainTest)
            .Append(context.Transforms.BertPairClassify(scenario.Options()))
            .Fit(scenario.Data))
        {
            BertPipeline.Save(context, model, scenario.Data.Schema, folder["pipeline.zip"]);
        }

        ITransformer loaded = BertPipeline.Load(new MLContext(), folder["pipeline.zip"], out _);

        using ((IDisposable)loaded)
        {
            // There is no label to map when the model scores.
            IDataView unlabelled = context.Transforms.DropColumns("Label").Fit(scenario.Data).Transform(scenario.Data);
            scenario.AssertScores(loaded.Transform(unlabelled).GetColumn<float[]>("Score"));
            var chain = (TransformerChain<ITransformer>)loaded;
            TransformerScope[] scopes = [TransformerScope.Training, TransformerScope.Testing, TransformerScope.Scoring];
            Assert.Equal([2, 2, 1], scopes.Select(scope => chain.GetModelFor(scope).Count()));
        }
    }

    [Theory]
    [InlineData("../0/onnx/model.onnx", true)]
    [InlineData("onnx/../onnx/model.onnx", true)]
    [InlineData("../../model.onnx", false)]
    [InlineData("/dev/zero", false)]
    [InlineData("..", false)]
    [InlineData("", false)]
    public void A_packed_graph_is_a_file_of_the_package(string graph, bool inside)
    {
        using var scenario = new Scenario(2);
        using var folder = new TemporaryFolder();
        string absolute = Path.Combine(scenario.Model.Path, "onnx", "model.onnx");
        BertPairClassifyOptions options = scenario.Options() with { Scoring = new ScoringOptions { Graph = absolute } };
        using (BertTransformer model = scenario.Fit(options))
            BertPipeline.Save(scenario.Context, model, scenario.Data.Schema, folder["pipeline.zip"]);
        using (var archive = ZipFile.Open(folder["pipeline.zip"], ZipArchiveMode.Update))
        {
            ZipArchiveEntry entry = archive.GetEntry("BertMLNet/pipeline.json")!;
            string manifest;
            using (var reader = new StreamReader(entry.Open()))
                manifest = reader.ReadToEnd();
            Assert.DoesNotContain(scenario.Model.Path, manifest, StringComparison.Ordinal);
            Assert.Contains("\"onnx/model.onnx\"", manifest, StringComparison.Ordinal);
            entry.Delete();
            using var writer = new StreamWriter(archive.CreateEntry("BertMLNet/pipeline.json").Open());
            writer.Write(manifest.Replace("\"onnx/model.onnx\"", $"\"{graph}\"", StringComparison.Ordinal));
        }
        if (inside)
        {
            ITransformer loaded = BertPipeline.Load(new MLContext(), folder["pipeline.zip"], out _);
            using ((IDisposable)loaded)
                scenario.AssertScores(loaded.Transform(scenario.Data).GetColumn<float[]>("Score"));
            return;
        }
        var error = Assert.Throws<BertMLNetException>(() => BertPipeline.Load(new MLContext(), folder["pipeline.zip"], out _));
        Assert.Contains($"its graph '{graph}' is none of its own files", error.Message);
    }

    [Fact]
    public void A_graph_outside_the_model_folder_is_not_packed()
    {
        using var scenario = new Scenario(2);
        using var folder = new TemporaryFolder();
        File.Copy(scenario.Model.Folder.OnnxPath, folder["other.onnx"]);
        using BertTransformer model = scenario.Fit(scenario.Options() with { Scoring = new ScoringOptions { Graph = folder["other.onnx"] } });
        var error = Assert.Throws<BertMLNetException>(() => BertPipeline.Save(scenario.Context, model, scenario.Data.Schema, folder["pipeline.zip"]));
        Assert.Contains("lies outside the model folder", error.Message);
    }

    [Fact]
    public void A_folder_that_cannot_be_read_keeps_no_pipeline_from_being_saved()
    {
        Assert.SkipUnless(ClosedFolder.IsPossible, "every folder can be read here");
        using var scenario = new Scenario(2);
        using var folder = new TemporaryFolder();
        using var closed = new ClosedFolder(Path.Combine(scenario.Model.Path, "lost+found"));

        using BertTransformer transformer = scenario.Fit();
        BertPipeline.Save(scenario.Context, transformer, scenario.Data.Schema, folder["pipeline.zip"]);

        Assert.True(File.Exists(folder["pipeline.zip"]));
    }

    [Fact]
    public void A_label_without_a_name_is_refused_where_labels_become_keys()
    {
        using var scenario = new Scenario(3, ["different", "", "same"]);
        using var folder = new TemporaryFolder();
        const string Message = "config.json: the name of label 1 is empty";

        Assert.Contains(
            Message, Assert.Throws<BertMLNetException>(() => scenario.Context.Transforms.BertLabelToKey(scenario.Model.Path)).Message);
        Assert.Contains(
            Message, Assert.Throws<BertMLNetException>(() => Save(scenario.Options() with { PredictedLabelAsKey = true })).Message);
        // Names alone come back as they are.
        Save(scenario.Options());

        void Save(BertPairClassifyOptions options)
        {
            using BertTransformer transformer = scenario.Fit(options);
            scenario.Context.Model.Save(transformer, scenario.Data.Schema, folder["model.zip"]);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_ML_NET_loaded_is_packed_too(bool asKey)
    {
        using var scenario = new Scenario(10);
        using var folder = new TemporaryFolder();
        MLContext context = scenario.Context;
        using (var model = context.Transforms.CopyColumns("A", "Sentence1")
            .Append(context.Transforms.BertPairClassify(scenario.Options() with { Sentence1ColumnName = "A", PredictedLabelAsKey = asKey })
                .Append(context.Transforms.BertTokenize(scenario.Model.Path)))
            .Fit(scenario.Data))
        {
            context.Model.Save(model, scenario.Data.Schema, folder["plain.zip"]);
        }
        ITransformer plain = context.Model.Load(folder["plain.zip"], out DataViewSchema schema);

        BertPipeline.Save(context, plain, schema, folder["packed.zip"]);

        Directory.Delete(scenario.Model.Path, recursive: true);
        ITransformer loaded = BertPipeline.Load(new MLContext(), folder["packed.zip"], out _);
        using ((IDisposable)loaded)
        {
            IDataView scored = loaded.Transform(scenario.Data);
            scenario.AssertScores(scored.GetColumn<float[]>("Score"));
            Assert.Equal(10, scored.GetColumn<long[]>("input_ids").Count());
            Assert.Equal(asKey, scored.Schema["PredictedLabel"].Type is KeyDataViewType);
        }
    }

    [Fact]
    public void A_transformer_alone_and_one_that_answers_questions_are_packed_too()
    {
        using TinyModel answers = TinyModel.Questions();
        using var folder = new TemporaryFolder();
        var context = new MLContext();
        IDataView data = context.Data.LoadFromEnumerable([new QuestionRow { Question = "w1 w2", Context = "w3 w4 w5" }]);
        string expected;
        using (BertTransformer transformer = context.Transforms.BertAnswerQuestion(answers.Path).Fit(data))
        {
            expected = transformer.Transform(data).GetColumn<string>("Answer").Single();
            context.Model.Save(transformer, data.Schema, folder["plain.zip"]);
        }
        ITransformer plain = context.Model.Load(folder["plain.zip"], out DataViewSchema schema);

        BertPipeline.Save(context, plain, schema, folder["packed.zip"]);

        Directory.Delete(answers.Path, recursive: true);
        ITransformer loaded = BertPipeline.Load(new MLContext(), folder["packed.zip"], out _);
        using ((IDisposable)loaded)
            Assert.Equal(expected, loaded.Transform(data).GetColumn<string>("Answer").Single());
    }

    [Fact]
    public void What_ML_NET_loaded_is_not_packed_once_its_model_is_gone()
    {
        using var scenario = new Scenario(2);
        using var folder = new TemporaryFolder();
        MLContext context = scenario.Context;
        using (BertTransformer transformer = scenario.Fit())
            context.Model.Save(transformer, scenario.Data.Schema, folder["plain.zip"]);
        ITransformer plain = context.Model.Load(folder["plain.zip"], out DataViewSchema schema);
        Directory.Delete(scenario.Model.Path, recursive: true);

        Assert.Contains(
            "is not there",
            Assert.Throws<BertMLNetException>(() => BertPipeline.Save(context, plain, schema, folder["packed.zip"])).Message);
        Assert.False(File.Exists(folder["packed.zip"]));
    }
}
