using BertMLNet.Modeling;
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
    public Demo Create(string folder, string? pretrained) => PairDemo.Create(folder, pretrained: pretrained);

    /// <inheritdoc/>
    public IReadOnlyList<DemoFigure> ScoreThroughPipeline(string model, string heldOutPath)
    {
        var context = new MLContext();
        IDataView pairs = context.Data.LoadFromTextFile<LabelledPair>(heldOutPath, hasHeader: true);
        IEstimator<ITransformer> pipeline = context.Transforms.BertLabelToKey(model, "Label")
            .Append(context.Transforms.BertPairClassify(new BertPairClassifyOptions { ModelPath = model, PredictedLabelAsKey = true }));
        MulticlassClassificationMetrics metrics = context.MulticlassClassification.Evaluate(pipeline.Fit(pairs).Transform(pairs));
        // The order of the classes is the model's: that of a pre-trained one, which knows no classes yet, comes from the data.
        int equivalent = new ModelFolder(model).LoadConfig().Labels.ToList().IndexOf(PairGenerator.Labels[1]);
        return
        [
            new("heldOutAccuracy", "held-out accuracy", metrics.MicroAccuracy),
            new("heldOutPrecision", "held-out precision of 'equivalent'", metrics.ConfusionMatrix.PerClassPrecision[equivalent]),
            new("heldOutRecall", "held-out recall of 'equivalent'", metrics.ConfusionMatrix.PerClassRecall[equivalent]),
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
