using BertMLNet.Modeling;
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
            Assert.Equal([2, 2, 1], ((TransformerScope[])[TransformerScope.Training, TransformerScope.Testing, TransformerScope.Scoring]).Select(scope => chain.GetModelFor(scope).Count()));
        }
    }

    [Fact]
    public void A_folder_that_cannot_be_read_keeps_no_pipeline_from_being_saved()
    {
        Assert.SkipUnless(ClosedFolder.IsPossible, "every folder can be read here");
        using var scenario = new Scenario(2);
        using var folder = new TemporaryFolder();
        using var closed = new ClosedFolder(Path.Combine(scenario.Model.Path, "lost+found"));

        using BertPairTransformer transformer = scenario.Fit();
        BertPipeline.Save(scenario.Context, transformer, scenario.Data.Schema, folder["pipeline.zip"]);

        Assert.True(File.Exists(folder["pipeline.zip"]));
    }

    [Fact]
    public void A_label_without_a_name_is_refused_where_labels_become_keys()
    {
        using var scenario = new Scenario(3, ["different", "", "same"]);
        using var folder = new TemporaryFolder();
        const string Message = "config.json: the name of label 1 is empty";

        Assert.Contains(Message, Assert.Throws<BertMLNetException>(() => scenario.Context.Transforms.BertLabelToKey(scenario.Model.Path)).Message);
        Assert.Contains(Message, Assert.Throws<BertMLNetException>(() => Save(scenario.Options() with { PredictedLabelAsKey = true })).Message);
        // Names alone come back as they are.
        Save(scenario.Options());

        void Save(BertPairClassifyOptions options)
        {
            using BertPairTransformer transformer = scenario.Fit(options);
            scenario.Context.Model.Save(transformer, scenario.Data.Schema, folder["model.zip"]);
        }
    }
}
