using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.Tokenization;

namespace BertMLNet.Training;

/// <summary>The demonstration of question answering.</summary>
public sealed class QuestionDemo : Demo
{
    private const int MaxLength = 160;

    private QuestionDemo(string folder, string? pretrained)
        : base(folder, ".json", pretrained)
    {
    }

    /// <inheritdoc/>
    public override TrainingRunOptions FineTuning => new QuestionFineTuningOptions
    {
        ModelPath = Start.FolderPath,
        OutputPath = ModelPath,
        Training = QuestionReader.Read(TrainingPath),
        MaxLength = MaxLength,
        Optimization = Optimization(epochs: 3),
        FromScratch = FromScratch,
    };

    /// <summary>Writes the files.</summary>
    /// <param name="folder">The demonstration's folder; it is created where it is absent.</param>
    /// <param name="trainingQuestions">How many questions to learn from.</param>
    /// <param name="heldOutQuestions">How many questions to measure with.</param>
    /// <param name="pretrained">The pre-trained model to begin with; null for random weights.</param>
    /// <exception cref="BertMLNetException">A file cannot be written.</exception>
    public static QuestionDemo Create(string folder, int trainingQuestions = 5000, int heldOutQuestions = 500, string? pretrained = null)
    {
        var demo = new QuestionDemo(folder, pretrained);
        var generator = new QuestionGenerator(Seed);
        IReadOnlyList<QuestionExample> training = generator.Training(trainingQuestions);
        SquadWriter.Write(demo.TrainingPath, training, "Training");
        SquadWriter.Write(demo.HeldOutPath, generator.HeldOut(heldOutQuestions), "Held out");
        demo.SaveStart(
            training.SelectMany(example => new[] { example.Context, example.Question }),
            new BertConfig { MaxPositionEmbeddings = MaxLength },
            Heads.Questions);
        return demo;
    }

    /// <inheritdoc/>
    public override IFeatureSet HeldOutFeatures(ModelFolder model, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        BertConfig config = model.LoadConfig();
        QuestionAnsweringOptions answering = QuestionAnsweringOptions.For(config);
        var encoder = QuestionEncoder.For(model, config, WordPieceTokenizer.Load(model.FolderPath), maxLength: null, answering);
        return QuestionValidationSet.Build(
            QuestionReader.Read(HeldOutPath, cancellationToken: cancellationToken), encoder, answering, new QuestionDataReport(), cancellationToken: cancellationToken);
    }
}
