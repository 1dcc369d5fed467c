using BertMLNet.Modeling;
using System.Numerics.Tensors;
using BertMLNet.Export;
using BertMLNet.TestKit;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Tests;

/// <summary>Exported graphs in ML.NET's own ONNX transformer, fed by <c>BertTokenize</c>.</summary>
public sealed class OnnxTransformerTests
{
    private static readonly string[] Inputs = ["input_ids", "attention_mask", "token_type_ids"];

    [Theory]
    [InlineData(GraphOperators.Standard)]
    [InlineData(GraphOperators.Fused)]
    public void A_pipeline_gives_the_scores_of_BertPairClassify(GraphOperators operators)
    {
        using var scenario = new Scenario(40);
        using var folder = new TemporaryFolder();
        OnnxExporter.Export(scenario.Model.Parameters, folder["model.onnx"], new ExportOptions { Operators = operators });
        using var ours = scenario.Fit();

        using var model = Pipeline(scenario, folder["model.onnx"]).Fit(scenario.Data);
        float[][] scores = Scores(model.Transform(scenario.Data));

        scenario.AssertScores(scores);
        foreach ((float[] expected, float[] actual) in ours.Transform(scenario.Data).GetColumn<float[]>("Score").Zip(scores))
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void A_saved_pipeline_holds_the_graph_and_gives_the_same_scores()
    {
        using var scenario = new Scenario(10);
        using var folder = new TemporaryFolder();
        File.Copy(scenario.Model.Folder.OnnxPath, folder["model.onnx"]);
        using (var model = Pipeline(scenario, folder["model.onnx"]).Fit(scenario.Data))
            scenario.Context.Model.Save(model, scenario.Data.Schema, folder["model.zip"]);
        File.Delete(folder["model.onnx"]);

        ITransformer loaded = new MLContext().Model.Load(folder["model.zip"], out _);
        try
        {
            scenario.AssertScores(Scores(loaded.Transform(scenario.Data)));
        }
        finally
        {
            (loaded as IDisposable)?.Dispose();
        }
    }

    [Fact]
    public void A_prediction_engine_runs_the_pipeline()
    {
        using var scenario = new Scenario(5);
        var model = Pipeline(scenario, scenario.Model.Folder.OnnxPath).Fit(scenario.Data);
        using var engine = scenario.Context.Model.CreatePredictionEngine<PairRow, LogitsRow>(model);
        for (int i = 0; i < scenario.Rows.Length; i++)
            scenario.AssertScore(i, SoftMax(engine.Predict(scenario.Rows[i]).Logits));
    }

    [Fact]
    public void A_graph_with_TensorFlows_names_takes_the_columns_converted_to_Int32()
    {
        using var scenario = new Scenario(20);
        using var folder = new TemporaryFolder();
        OnnxExporter.Export(scenario.Model.Parameters, folder["model.onnx"], new ExportOptions { Names = TensorNames.TensorFlow });
        MLContext context = scenario.Context;
        var pipeline = context.Transforms.BertTokenize(scenario.Model.Path)
            .Append(context.Transforms.Conversion.ConvertType(
                [new("input_word_ids", "input_ids"), new("input_mask", "attention_mask"), new("input_type_ids", "token_type_ids")],
                DataKind.Int32))
            .Append(
                context.Transforms.ApplyOnnxModel(["logits"], ["input_word_ids", "input_mask", "input_type_ids"], folder["model.onnx"]));
        using var model = pipeline.Fit(scenario.Data);
        scenario.AssertScores(Scores(model.Transform(scenario.Data)));
    }

    [Fact]
    public void A_question_answerers_graph_gives_a_logit_a_token()
    {
        using var answerer = TinyModel.Questions();
        var context = new MLContext(seed: 1);
        IDataView data = context.Data.LoadFromEnumerable(PairRow.Many(8));
        using var model = context.Transforms.BertTokenize(answerer.Path)
            .Append(context.Transforms.ApplyOnnxModel(["start_logits", "end_logits"], Inputs, answerer.Folder.OnnxPath))
            .Fit(data);
        IDataView scored = model.Transform(data);
        int[] tokens = [.. scored.GetColumn<long[]>("input_ids").Select(ids => ids.Length)];
        Assert.Equal(tokens, scored.GetColumn<float[]>("start_logits").Select(logits => logits.Length));
        Assert.Equal(tokens, scored.GetColumn<float[]>("end_logits").Select(logits => logits.Length));
        Assert.True(tokens.Distinct().Count() > 1, "rows differ in length");
    }

    [Fact]
    public void The_sample_prints_a_label_a_pair_and_saves_a_pipeline_that_loads()
    {
        using var model = TinyModel.Pairs();
        using var folder = new TemporaryFolder();
        string[] lines = SampleTests.Run("OnnxTransformerPipeline", model.Path, folder["model.zip"]);
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.Matches(@"^(different|same)\t[01]\.\d{3}\tThe company .*\tThe firm .*$", line));

        // The same labels and probabilities as the sample with BertPairClassify prints.
        Assert.Equal(SampleTests.Run("PairScoring", model.Path), lines);
        Assert.NotNull(new MLContext().Model.Load(folder["model.zip"], out _));
    }

    private static EstimatorChain<Microsoft.ML.Transforms.Onnx.OnnxTransformer> Pipeline(Scenario scenario, string graph) =>
        scenario.Context.Transforms.BertTokenize(scenario.Model.Path)
            .Append(scenario.Context.Transforms.ApplyOnnxModel(["logits"], Inputs, graph));

    private static float[][] Scores(IDataView scored) => [.. scored.GetColumn<float[]>("logits").Select(SoftMax)];

    private static float[] SoftMax(float[] logits)
    {
        var probabilities = new float[logits.Length];
        TensorPrimitives.SoftMax(logits, probabilities);
        return probabilities;
    }

    private sealed class LogitsRow
    {
        [ColumnName("logits")]
        public float[] Logits { get; set; } = [];
    }
}
