using BertMLNet.Modeling;
using BertMLNet.Training;
using Microsoft.ML;

namespace BertMLNet.Cli;

/// <summary>The demonstration of question answering.</summary>
internal sealed class QuestionDemo : Demo
{
    private const int MaxLength = 160;

    private QuestionDemo(string folder, string? pretrained)
        : base(folder, ".json", pretrained)
    {
    }

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

    public override IReadOnlyList<DemoFigure> ScoreThroughPipeline(string model)
    {
        var context = new MLContext();
        QuestionExample[] examples = [.. QuestionReader.Read(HeldOutPath)];
        IDataView questions = context.Data.LoadFromEnumerable(
            examples.Select(example => new Asked { Question = example.Question, Context = example.Context }));
        IDataView answered = context.Transforms.BertAnswerQuestion(model).Fit(questions).Transform(questions);
        var evaluator = new QuestionEvaluator();
        IEnumerable<Answered> rows = context.Data.CreateEnumerable<Answered>(answered, reuseRowObject: false);
        foreach ((QuestionExample example, Answered row) in examples.Zip(rows))
            evaluator.Add([.. example.Answers!.Select(gold => gold.Text)], row.Answer, double.NegativeInfinity);
        QuestionMetrics metrics = evaluator.Compute();
        return
        [
            new("heldOutExactMatch", "held-out exact match", metrics.ExactMatch),
            new("heldOutF1", "held-out F1", metrics.F1),
        ];
    }

    private sealed class Asked
    {
        public string Question { get; set; } = "";

        public string Context { get; set; } = "";
    }

    private sealed class Answered
    {
        public string Answer { get; set; } = "";
    }
}
