// Scores a tab-separated file of any size in constant memory: rows stream from the file through the model to the output.
//   dotnet run --project samples/BatchScoring -- MODEL_FOLDER INPUT.tsv OUTPUT.tsv
// The input has a header and two columns of sentences; the output has them, the label and the probabilities.
using Microsoft.ML;
using Microsoft.ML.Data;

if (args is not [string modelPath, string inputPath, string outputPath])
{
    Console.Error.WriteLine("usage: BatchScoring MODEL_FOLDER INPUT.tsv OUTPUT.tsv");
    return 2;
}

var mlContext = new MLContext();
IDataView rows = mlContext.Data.LoadFromTextFile(
    inputPath,
    [new TextLoader.Column("Sentence1", DataKind.String, 0), new TextLoader.Column("Sentence2", DataKind.String, 1)],
    separatorChar: '\t',
    hasHeader: true);

var pipeline = mlContext.Transforms.BertPairClassify(modelPath)
    .Append(mlContext.Transforms.SelectColumns("Sentence1", "Sentence2", "PredictedLabel", "Score"));
using var model = pipeline.Fit(rows);
using FileStream output = File.Create(outputPath);
mlContext.Data.SaveAsText(model.Transform(rows), output, separatorChar: '\t', headerRow: true, schema: false);
return 0;
