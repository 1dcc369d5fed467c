using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Tests;

/// <summary>ML.NET's evaluators on scored data.</summary>
public sealed class EvaluationTests
{
    [Fact]
    public void Multiclass_evaluation_agrees_with_counting()
    {
        using var scenario = new Scenario(120, ["other", "different", "same"]);
        MLContext context = scenario.Context;
        var pipeline = context.Transforms.BertLabelToKey(scenario.Model.Path, "Label")
            .Append(context.Transforms.BertPairClassify(scenario.Options() with { PredictedLabelAsKey = true }));
        using var model = pipeline.Fit(scenario.Data);

        IDataView scored = model.Transform(scenario.Data);
        MulticlassClassificationMetrics metrics = context.MulticlassClassification.Evaluate(scored);

        double right = scenario.Rows.Zip(scenario.Expected).Count(pair => pair.First.Label == pair.Second.Label);
        Assert.Equal(right / scenario.Rows.Length, metrics.MicroAccuracy, 1e-9);
        double logLoss = scenario.Rows.Zip(scenario.Expected)
            .Average(pair => -Math.Log(pair.Second.Probabilities.Span[pair.First.Label == "same" ? 2 : 1]));
        Assert.Equal(logLoss, metrics.LogLoss, 1e-4);
        // Key and score agree on the order: the model's, not that of appearance.
        Assert.Equal(scenario.Expected.Select(row => (uint)row.LabelIndex + 1), scored.GetColumn<uint>("PredictedLabel"));
        Assert.Equal(scenario.Rows.Select(row => row.Label == "same" ? 3u : 2u), scored.GetColumn<uint>("Label"));
        foreach (string name in (string[])["Label", "PredictedLabel"])
        {
            VBuffer<ReadOnlyMemory<char>> values = default;
            scored.Schema[name].GetKeyValues(ref values);
            Assert.Equal(["other", "different", "same"], values.DenseValues().Select(value => value.ToString()));
        }
    }

    [Fact]
    public void Binary_evaluation_agrees_with_counting()
    {
        using var scenario = new Scenario(120);
        MLContext context = scenario.Context;
        IDataView data = context.Data.LoadFromEnumerable(scenario.Rows.Select(BinaryRow.Of));
        using BertTransformer transformer =
            context.Transforms.BertPairClassify(scenario.Options() with { BinaryScore = true }).Fit(data);

        IDataView scored = transformer.Transform(data);
        CalibratedBinaryClassificationMetrics metrics = context.BinaryClassification.Evaluate(scored);

        double right = scenario.Rows.Zip(scenario.Expected).Count(pair => pair.First.Label == pair.Second.Label);
        Assert.Equal(right / scenario.Rows.Length, metrics.Accuracy, 1e-9);
        Assert.Equal(scenario.Expected.Select(row => row.LabelIndex == 1), scored.GetColumn<bool>("PredictedLabel"));
        foreach ((float score, float probability) in scored.GetColumn<float>("Score").Zip(scored.GetColumn<float>("Probability")))
            Assert.Equal(probability, 1 / (1 + MathF.Exp(-score)), 1e-5f);
    }
}
