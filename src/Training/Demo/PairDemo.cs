using System.Text;
using BertMLNet.Modeling;
using BertMLNet.Tokenization;

namespace BertMLNet.Training;

/// <summary>The demonstration of sentence pairs.</summary>
public sealed class PairDemo : Demo
{
    private PairDemo(string folder, string? pretrained)
        : base(folder, ".tsv", pretrained)
    {
    }

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public override IFeatureSet HeldOutFeatures(ModelFolder model, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        PairEncoder encode = PairEncoders.For(WordPieceTokenizer.Load(model.FolderPath), model.LoadConfig().LongestClassified);
        using PairFile file = PairFile.Open(HeldOutPath);
        return PairInputs.Tokenize([.. file.Read(cancellationToken).Select(example => (example.Sentence1, example.Sentence2))], encode);
    }

    private static void WriteTsv(string path, IReadOnlyList<DemoPair> pairs)
    {
        var text = new StringBuilder("sentence1\tsentence2\tlabel\n");
        foreach (DemoPair pair in pairs)
            text.Append(pair.Sentence1).Append('\t').Append(pair.Sentence2).Append('\t').Append(PairGenerator.Labels[pair.Equivalent ? 1 : 0]).Append('\n');
        AtomicFile.WriteAllText(path, text.ToString());
    }
}
