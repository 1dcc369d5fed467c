using BertMLNet.Modeling;
using BertMLNet.TestKit;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Tests;

/// <summary>What a self-contained file keeps of a pipeline, however the pipeline came about.</summary>
public sealed class PackedPipelineTests
{
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
}
