using Microsoft.ML;

namespace BertMLNet.Parity.Pipelines;

/// <summary>Pipelines saved in both formats, and loaded from them.</summary>
internal static class Saving
{
    /// <summary>Saves pipelines of each kind, as ML.NET does and self-contained.</summary>
    public static void Save(string models, string folder)
    {
        Directory.CreateDirectory(folder);
        var context = new MLContext(seed: 1);
        IDataView pairs = Rows.Of(context, "pair"), questions = Rows.Of(context, "qa");
        string pair = $"{models}/pair", odd = $"{models}/pair-odd", answer = $"{models}/qa";
        TransformsCatalog transforms = context.Transforms;

        Save("pair", pairs, transforms.BertPairClassify(pair).Fit(pairs));
        Save("pair-odd", pairs, transforms.BertPairClassify(odd, outputColumnName: "PredictedLabel", scoreColumnName: "Score").Fit(pairs));
        Save("qa", questions, transforms.BertAnswerQuestion(answer).Fit(questions));
        Save("best", questions, transforms.BertAnswerQuestion($"{models}/qa-odd", nBest: 2).Fit(questions));
        Save("tokens", pairs, transforms.BertTokenize(pair, maxLength: 12).Fit(pairs));
        Save("chain", pairs, transforms.CopyColumns("A", "Sentence1")
            .Append(transforms.BertPairClassify(pair, sentence1ColumnName: "A"))
            .Append(transforms.BertTokenize(pair))
            .Append(transforms.CopyColumns("Copy", "Score"))
            .Fit(pairs));
        Save("key", pairs, transforms.BertPairClassify(new BertPairClassifyOptions { ModelPath = odd,
            PredictedLabelAsKey = true }).Fit(pairs));
        Save("binary", pairs, transforms.BertPairClassify(new BertPairClassifyOptions { ModelPath = pair, BinaryScore = true }).Fit(pairs));

        void Save(string name, IDataView data, ITransformer model)
        {
            using (model as IDisposable)
            {
                context.Model.Save(model, data.Schema, $"{folder}/{name}-mlnet.zip");
                BertPipeline.Save(context, model, data.Schema, $"{folder}/{name}-packed.zip");
            }
        }
    }

    /// <summary>Loads a pipeline and shows what it adds to the rows of its kind.</summary>
    public static void Load(string kind, string file)
    {
        var context = new MLContext(seed: 1);
        DataViewSchema schema;
        ITransformer model = file.EndsWith("-packed.zip", StringComparison.Ordinal)
            ? BertPipeline.Load(context, file, out schema)
            : context.Model.Load(file, out schema);
        using (model as IDisposable)
        {
            Console.WriteLine($"input: {string.Join(", ", schema.Select(column => $"{column.Name} {column.Type}"))}");
            IDataView scored = model.Transform(Rows.Of(context, kind));
            Printer.Print(scored);
            Transforming.Predict(context, model, scored.Schema);
        }
    }
}
