using BertMLNet.Modeling;
using BertMLNet.Training;
using Microsoft.ML;

namespace BertMLNet.Cli;

/// <summary>The demonstration of question answering.</summary>
internal sealed class QuestionDemo(string folder) : Demo(folder, ".json")
{
    public override TrainingRunOptions FineTuning => new QuestionFineTuningOptions
    {
        ModelPath = ShippedModel.Folder,
        OutputPath = ModelPath,
        Training = QuestionReader.Read(TrainingPath),
        MaxLength = 160,
        Optimization = Optimization(epochs: 3),
    };

    /// <summary>Writes the files: so many questions to learn from, and to measure with.</summary>
    public static QuestionDemo Create(string folder, int trainingQuestions = 5000, int heldOutQuestions = 500)
    {
        var demo = new QuestionDemo(folder);
        var generator = new QuestionGenerator(Seed);
        SquadWriter.Write(demo.TrainingPath, generator.Training(trainingQuestions), "Training");
        SquadWriter.Write(demo.HeldOutPath, generator.HeldOut(heldOutQuestions), "Held out");
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
