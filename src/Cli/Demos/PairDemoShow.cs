using BertMLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Cli;

/// <summary>The demonstration of sentence pairs.</summary>
internal sealed class PairDemoShow : IDemoShow
{
    /// <inheritdoc/>
    public string What => "sentence pairs";

    /// <inheritdoc/>
    public Demo Create(string folder) => PairDemo.Create(folder);

    /// <inheritdoc/>
    public IReadOnlyList<DemoFigure> ScoreThroughPipeline(string model, string heldOutPath)
    {
        var context = new MLContext();
        IDataView pairs = context.Data.LoadFromTextFile<LabelledPair>(heldOutPath, hasHeader: true);
        IEstimator<ITransformer> pipeline = context.Transforms.BertLabelToKey(model, "Label")
            .Append(context.Transforms.BertPairClassify(new BertPairClassifyOptions { ModelPath = model, PredictedLabelAsKey = true }));
        MulticlassClassificationMetrics metrics = context.MulticlassClassification.Evaluate(pipeline.Fit(pairs).Transform(pairs));
        return
        [
            new("heldOutAccuracy", "held-out accuracy", metrics.MicroAccuracy),
            new("heldOutPrecision", "held-out precision of 'equivalent'", metrics.ConfusionMatrix.PerClassPrecision[1]),
            new("heldOutRecall", "held-out recall of 'equivalent'", metrics.ConfusionMatrix.PerClassRecall[1]),
        ];
    }

    private sealed class LabelledPair
    {
        [LoadColumn(0)]
        public string Sentence1 { get; set; } = "";

        [LoadColumn(1)]
        public string Sentence2 { get; set; } = "";

        [LoadColumn(2)]
        public string Label { get; set; } = "";
    }
}
