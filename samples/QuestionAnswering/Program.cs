// Answers questions from passages in an ML.NET pipeline.
//   dotnet run --project samples/QuestionAnswering -- MODEL_FOLDER
using BertMLNet;
using Microsoft.ML;
using QuestionAnswering;

if (args is not [string modelPath])
{
    Console.Error.WriteLine("usage: QuestionAnswering MODEL_FOLDER");
    return 2;
}

const string Passage = "The bridge over the river was opened in 1932. It took eight years to build and is 503 metres long.";
var mlContext = new MLContext();
IDataView questions = mlContext.Data.LoadFromEnumerable(
[
    new Question { Text = "When was the bridge opened?", Passage = Passage },
    new Question { Text = "How long is the bridge?", Passage = Passage },
]);

using BertTransformer model = mlContext.Transforms
    .BertAnswerQuestion(modelPath, questionColumnName: nameof(Question.Text), contextColumnName: nameof(Question.Passage), nBest: 3)
    .Fit(questions);
foreach (Answered row in mlContext.Data.CreateEnumerable<Answered>(model.Transform(questions), reuseRowObject: false))
{
    Console.WriteLine($"{row.Text}\t{row.Answer}\t{row.Score:F3}");
    foreach ((string answer, float score) in row.NBestAnswer.Zip(row.NBestScore))
        Console.WriteLine($"  candidate\t{answer}\t{score:F3}");
}
return 0;
