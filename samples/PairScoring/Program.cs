// Classifies a few sentence pairs in an ML.NET pipeline.
//   dotnet run --project samples/PairScoring -- MODEL_FOLDER
using BertMLNet;
using Microsoft.ML;
using PairScoring;

if (args is not [string modelPath])
{
    Console.Error.WriteLine("usage: PairScoring MODEL_FOLDER");
    return 2;
}

var mlContext = new MLContext();
IDataView pairs = mlContext.Data.LoadFromEnumerable(
[
    new Pair { Sentence1 = "The company posted a profit of two million dollars.", Sentence2 = "The firm earned two million dollars." },
    new Pair { Sentence1 = "The company posted a profit of two million dollars.", Sentence2 = "The firm lost two million dollars." },
]);

// Nothing to learn: fitting opens the model. The rows are scored in batches when they are read.
using BertTransformer model = mlContext.Transforms.BertPairClassify(modelPath).Fit(pairs);
foreach (Prediction row in mlContext.Data.CreateEnumerable<Prediction>(model.Transform(pairs), reuseRowObject: false))
    Console.WriteLine($"{row.PredictedLabel}\t{row.Score.Max():F3}\t{row.Sentence1}\t{row.Sentence2}");
return 0;
