// Trains ML.NET's FastTree on vectors of texts, which nothing has to be fine-tuned for, and saves the pipeline with its model in one file.
//   dotnet run --project samples/EmbeddingFeatures -- MODEL_FOLDER TRAIN.tsv TEST.tsv PIPELINE.zip
// The files have a header and two columns: a text and its label.
using BertMLNet;
using Microsoft.ML;
using Microsoft.ML.Data;

if (args is not [string modelPath, string trainPath, string testPath, string pipelinePath])
{
    Console.Error.WriteLine("usage: EmbeddingFeatures MODEL_FOLDER TRAIN.tsv TEST.tsv PIPELINE.zip");
    return 2;
}

var mlContext = new MLContext(seed: 1);
IDataView train = Read(trainPath);

// Trees read their features again and again: the cache keeps the vectors from being made anew each time.
var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
    .Append(mlContext.Transforms.BertEmbed(modelPath, inputColumnName: "Text", outputColumnName: "Features"))
    .AppendCacheCheckpoint(mlContext)
    .Append(mlContext.MulticlassClassification.Trainers.OneVersusAll(
        mlContext.BinaryClassification.Trainers.FastTree(numberOfLeaves: 8, numberOfTrees: 40, minimumExampleCountPerLeaf: 4)))
    .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
ITransformer model = pipeline.Fit(train);

MulticlassClassificationMetrics metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(Read(testPath)));
Console.WriteLine($"accuracy {metrics.MicroAccuracy:F3}");

BertPipeline.Save(mlContext, model, train.Schema, pipelinePath);
Console.WriteLine($"saved {pipelinePath}");
return 0;

IDataView Read(string path) => mlContext.Data.LoadFromTextFile(
    path,
    [new TextLoader.Column("Text", DataKind.String, 0), new TextLoader.Column("Label", DataKind.String, 1)],
    separatorChar: '\t',
    hasHeader: true);
