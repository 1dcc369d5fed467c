using System.Text;
using BertMLNet.Modeling;
using BertMLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Cli;

/// <summary>The demonstration of sentence pairs.</summary>
internal sealed class PairDemo(string folder) : Demo(folder, ".tsv")
{
    public override TrainingRunOptions FineTuning => new PairFineTuningOptions
    {
        ModelPath = ShippedModel.Folder,
        OutputPath = ModelPath,
        Training = () => PairFile.Open(TrainingPath),
        Optimization = Optimization(epochs: 4),
    };

    /// <summary>Writes the files: so many pairs to learn from, and to measure with.</summary>
    public static PairDemo Create(string folder, int trainingPairs = 6000, int heldOutPairs = 1000)
    {
        var demo = new PairDemo(folder);
        var generator = new PairGenerator(Seed);
        WriteTsv(demo.TrainingPath, generator.Training(trainingPairs));
        WriteTsv(demo.HeldOutPath, generator.HeldOut(heldOutPairs));
        return demo;
    }

    public override IReadOnlyList<DemoFigure> ScoreThroughPipeline(string model)
    {
        var context = new MLContext();
        IDataView pairs = context.Data.LoadFromTextFile<LabelledPair>(HeldOutPath, hasHeader: true);
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

    private static void WriteTsv(string path, IReadOnlyList<DemoPair> pairs)
    {
        var text = new StringBuilder("sentence1\tsentence2\tlabel\n");
        foreach (DemoPair pair in pairs)
            text.AppendJoin('\t', pair.Sentence1, pair.Sentence2, PairGenerator.Labels[pair.Equivalent ? 1 : 0]).Append('\n');
        AtomicFile.WriteAllText(path, text.ToString());
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
