// Gives texts any number of labels in an ML.NET pipeline.
//   dotnet run --project samples/TextLabels -- MODEL_FOLDER
using BertMLNet;
using Microsoft.ML;
using TextLabels;

if (args is not [string modelPath])
{
    Console.Error.WriteLine("usage: TextLabels MODEL_FOLDER");
    return 2;
}

var mlContext = new MLContext();
IDataView texts = mlContext.Data.LoadFromEnumerable(
[
    new Comment { Text = "I never expected this, thank you so much!" },
    new Comment { Text = "The train is late again." },
]);

using BertTransformer model = mlContext.Transforms.BertLabelTexts(modelPath, sentence1ColumnName: nameof(Comment.Text)).Fit(texts);
foreach (LabelledComment row in mlContext.Data.CreateEnumerable<LabelledComment>(model.Transform(texts), reuseRowObject: false))
    Console.WriteLine($"{row.Text}\t{string.Join(", ", row.PredictedLabels)}\t{row.Score.Max():F3}");
return 0;
