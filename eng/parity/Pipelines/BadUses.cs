using Microsoft.ML;

namespace BertMLNet.Parity.Pipelines;

/// <summary>What ML.NET's users may get wrong, and the message that they see.</summary>
internal static class BadUses
{
    /// <summary>Shows each error.</summary>
    public static void Show(string models, string pipelines, string folder)
    {
        Directory.CreateDirectory(folder);
        var context = new MLContext(seed: 1);
        IDataView pairs = Rows.Of(context, "pair"), questions = Rows.Of(context, "qa");
        TransformsCatalog transforms = context.Transforms;

        Try("no folder", () => transforms.BertPairClassify($"{models}/none").Fit(pairs));
        Try("a model of another task", () => transforms.BertPairClassify($"{models}/qa").Fit(pairs));
        Try("a model of another task, the other way round", () => transforms.BertAnswerQuestion($"{models}/pair").Fit(questions));
        Try("a model without a head", () => transforms.BertPairClassify($"{models}/masked").Fit(pairs));
        Try("no such column", () => transforms.BertPairClassify($"{models}/pair", sentence1ColumnName: "Text").Fit(pairs));
        Try("a column that is no text", () => transforms.BertPairClassify($"{models}/pair", sentence1ColumnName: "Weight").Fit(pairs));
        Try("columns of another kind", () => transforms.BertAnswerQuestion($"{models}/qa").Fit(pairs));
        Try("single texts for pairs", () => Score(transforms.BertPairClassify($"{models}/pair", sentence2ColumnName: null).Fit(pairs),
            pairs));
        Try("pairs for single texts", () => Score(transforms.BertPairClassify($"{models}/single").Fit(pairs), pairs));
        Try("tokens: too long", () => transforms.BertTokenize($"{models}/pair", maxLength: 65).Fit(pairs));
        Try("tokens: no folder", () => transforms.BertTokenize($"{models}/none").Fit(pairs));
        Try("no GPU", () => transforms.BertPairClassify($"{models}/pair", gpuDeviceId: 0).Fit(pairs));
        Try("other columns in the end", () => Score(transforms.BertPairClassify($"{models}/pair").Fit(pairs), questions));
        Try("not self-contained", () => BertPipeline.Load(context, $"{pipelines}/pair-mlnet.zip", out _));
        Try("no file", () => BertPipeline.Load(context, $"{pipelines}/none.zip", out _));

        byte[] packed = File.ReadAllBytes($"{pipelines}/pair-packed.zip");
        File.WriteAllBytes($"{folder}/cut.zip", packed[..(packed.Length / 2)]);
        Try("cut", () => BertPipeline.Load(context, $"{folder}/cut.zip", out _));
        packed[packed.Length / 2] ^= 0xFF;
        File.WriteAllBytes($"{folder}/changed.zip", packed);
        Try("changed", () => BertPipeline.Load(context, $"{folder}/changed.zip", out _));
        Try("scorer: no folder", () => BertMLNet.Scoring.PairClassifier.Load($"{models}/none"));
        Try("scorer: another task", () => BertMLNet.Scoring.QuestionAnswerer.Load($"{models}/pair"));
    }

    private static object Score(ITransformer model, IDataView rows)
    {
        using (model as IDisposable)
            return model.Transform(rows).Preview(maxRows: 2).RowView.Length;
    }

    private static void Try(string what, Func<object> use)
    {
        try
        {
            object result = use();
            Console.WriteLine($"{what}: works");
            (result as IDisposable)?.Dispose();
        }
        catch (Exception exception)
        {
            Console.WriteLine($"{what}: {exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")}");
        }
    }
}
