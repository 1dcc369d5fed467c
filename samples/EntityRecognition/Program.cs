// Finds entities in texts in an ML.NET pipeline.
//   dotnet run --project samples/EntityRecognition -- MODEL_FOLDER
using BertMLNet;
using EntityRecognition;
using Microsoft.ML;

if (args is not [string modelPath])
{
    Console.Error.WriteLine("usage: EntityRecognition MODEL_FOLDER");
    return 2;
}

var mlContext = new MLContext();
IDataView texts = mlContext.Data.LoadFromEnumerable(
[
    new Sentence { Text = "add the album Abbey Road to my road trip playlist" },
    new Sentence { Text = "what is the weather in Reykjavík tomorrow?" },
]);

using BertTransformer model = mlContext.Transforms.BertRecognizeEntities(modelPath).Fit(texts);
foreach (Recognized row in mlContext.Data.CreateEnumerable<Recognized>(model.Transform(texts), reuseRowObject: false))
{
    Console.WriteLine(row.Text);
    for (int i = 0; i < row.EntityType.Length; i++)
        Console.WriteLine($"  {row.EntityType[i]}\t{row.Text[row.EntityStart[i]..row.EntityEnd[i]]}\t{row.EntityScore[i]:F3}");
}
return 0;
