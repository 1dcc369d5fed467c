using BertMLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Cli;

/// <summary>The demonstration of question answering.</summary>
internal sealed class QuestionDemoShow : IDemoShow
{
    /// <inheritdoc/>
    public string What => "questions";

    /// <inheritdoc/>
    public Demo Create(string folder, string? pretrained) => QuestionDemo.Create(folder, pretrained: pretrained);

    /// <inheritdoc/>
    public IReadOnlyList<DemoFigure> ScoreThroughPipeline(string model, string heldOutPath)
    {
        var context = new MLContext();
        QuestionExample[] examples = [.. QuestionReader.Read(heldOutPath)];
        IDataView questions = context.Data.LoadFromEnumerable(
            examples.Select(example => new Asked { Question = example.Question, Context = example.Context }));
        IDataView answered = context.Transforms.BertAnswerQuestion(model).Fit(questions).Transform(questions);
        var evaluator = new QuestionEvaluator();
        foreach ((QuestionExample example, Answered row) in examples.Zip(context.Data.CreateEnumerable<Answered>(answered, reuseRowObject: false)))
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
