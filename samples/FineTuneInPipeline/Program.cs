// Fine-tunes BERT inside an ML.NET pipeline, evaluates it, and saves the pipeline with its model in one file.
//   dotnet run --project samples/FineTuneInPipeline -- MODEL_FOLDER TRAIN.tsv VALIDATION.tsv PIPELINE.zip
// The files have a header and three columns: two sentences and a label.
using BertMLNet;
using BertMLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

if (args is not [string modelPath, string trainPath, string validationPath, string pipelinePath])
{
    Console.Error.WriteLine("usage: FineTuneInPipeline MODEL_FOLDER TRAIN.tsv VALIDATION.tsv PIPELINE.zip");
    return 2;
}

var mlContext = new MLContext(seed: 1);
IDataView train = Read(trainPath);
IDataView validation = Read(validationPath);

// The labels become keys; their order is then that of the scores.
var keys = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(train);
var trainer = mlContext.MulticlassClassification.Trainers.BertPairClassification(new BertPairTrainerOptions
{
    ModelPath = modelPath,
    ValidationSet = keys.Transform(validation),
    MaxLength = 64,
    Optimization = new TrainingOptions { Epochs = 3, BatchSize = 16, LearningRate = 5e-5 },
    Environment = new TrainingEnvironment { Progress = new Progress<TrainingProgress>(Print) },
});
using BertTransformer bert = trainer.Fit(keys.Transform(train));
var model = new TransformerChain<ITransformer>(keys, bert);

MulticlassClassificationMetrics metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(validation));
Console.WriteLine($"accuracy {metrics.MicroAccuracy:F3}, log loss {metrics.LogLoss:F3}");

BertPipeline.Save(mlContext, model, train.Schema, pipelinePath);
Console.WriteLine($"saved {pipelinePath}");
return 0;

IDataView Read(string path) => mlContext.Data.LoadFromTextFile(
    path,
    [
        new TextLoader.Column("Sentence1", DataKind.String, 0),
        new TextLoader.Column("Sentence2", DataKind.String, 1),
        new TextLoader.Column("Label", DataKind.String, 2),
    ],
    separatorChar: '\t',
    hasHeader: true);

static void Print(TrainingProgress progress)
{
    if (progress.Metrics is not null)
        Console.Error.WriteLine($"epoch {progress.Epoch} of {progress.Epochs}: loss {progress.Loss:F3}");
}
