using System.Text;
using BertMLNet.Modeling;
using BertMLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Cli;

/// <summary>The demonstration of sentence pairs.</summary>
internal sealed class PairDemo : Demo
{
    private PairDemo(string folder, string? pretrained)
        : base(folder, ".tsv", pretrained)
    {
    }

    public override TrainingRunOptions FineTuning => new PairFineTuningOptions
    {
        ModelPath = Start.FolderPath,
        OutputPath = ModelPath,
        Training = () => PairFile.Open(TrainingPath),
        Optimization = Optimization(epochs: 4),
        FromScratch = FromScratch,
    };

    /// <summary>Writes the files.</summary>
    /// <param name="folder">The demonstration's folder; it is created where it is absent.</param>
    /// <param name="trainingPairs">How many pairs to learn from.</param>
    /// <param name="heldOutPairs">How many pairs to measure with.</param>
    /// <param name="pretrained">The pre-trained model to begin with; null for random weights.</param>
    /// <exception cref="BertMLNetException">A file cannot be written.</exception>
    public static PairDemo Create(string folder, int trainingPairs = 6000, int heldOutPairs = 1000, string? pretrained = null)
    {
        var demo = new PairDemo(folder, pretrained);
        var generator = new PairGenerator(Seed);
        IReadOnlyList<DemoPair> training = generator.Training(trainingPairs);
        WriteTsv(demo.TrainingPath, training);
        WriteTsv(demo.HeldOutPath, generator.HeldOut(heldOutPairs));
        demo.SaveStart(
            training.SelectMany(pair => new[] { pair.Sentence1, pair.Sentence2 }),
            new BertConfig { MaxPositionEmbeddings = 64, Labels = PairGenerator.Labels },
            Heads.Classes);
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
