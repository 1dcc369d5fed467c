// Classifies sentence pairs with ML.NET's own ONNX transformer: BertTokenize makes the inputs of an exported graph,
// ApplyOnnxModel runs it, row by row, and model.zip holds the graph. BertPairClassify gives the same scores in batches.
//   dotnet run --project samples/OnnxTransformerPipeline -- MODEL_FOLDER [model.zip]
using System.Numerics.Tensors;
using BertMLNet.Modeling;
using Microsoft.ML;
using OnnxTransformerPipeline;

if (args is not ([_] or [_, _]))
{
    Console.Error.WriteLine("usage: OnnxTransformerPipeline MODEL_FOLDER [MODEL.zip]");
    return 2;
}

var folder = new ModelFolder(args[0]);
var mlContext = new MLContext();
IDataView pairs = mlContext.Data.LoadFromEnumerable(
[
    new Pair { Sentence1 = "The company posted a profit of two million dollars.", Sentence2 = "The firm earned two million dollars." },
    new Pair { Sentence1 = "The company posted a profit of two million dollars.", Sentence2 = "The firm lost two million dollars." },
]);

// Columns are named as the graph's inputs and outputs, and are of their types: nothing is converted.
var pipeline = mlContext.Transforms.BertTokenize(folder.FolderPath)
    .Append(mlContext.Transforms.ApplyOnnxModel(["logits"], ["input_ids", "attention_mask", "token_type_ids"], folder.OnnxPath));
using var model = pipeline.Fit(pairs);

IReadOnlyList<string> labels = folder.LoadConfig().Labels;
foreach (ScoredPair row in mlContext.Data.CreateEnumerable<ScoredPair>(model.Transform(pairs), reuseRowObject: false))
{
    var probabilities = new float[row.Logits.Length];
    TensorPrimitives.SoftMax(row.Logits, probabilities);
    int best = TensorPrimitives.IndexOfMax(probabilities);
    Console.WriteLine($"{labels[best]}\t{probabilities[best]:F3}\t{row.Sentence1}\t{row.Sentence2}");
}
if (args is [_, var path])
    mlContext.Model.Save(model, pairs.Schema, path);
return 0;
