using Microsoft.ML;

namespace BertMLNet.Parity.Pipelines;

/// <summary>The estimators by themselves and in prediction engines.</summary>
internal static class Transforming
{
    /// <summary>A two-label or other classifier's additions to a row, as a class of a user's.</summary>
    internal sealed class PairPrediction
    {
        public string PredictedLabel { get; set; } = "";

        public float[] Score { get; set; } = [];
    }

    /// <summary>An answerer's additions to a row.</summary>
    internal sealed class AnswerPrediction
    {
        public string Answer { get; set; } = "";

        public float Score { get; set; }

        public int AnswerStart { get; set; }

        public int AnswerEnd { get; set; }
    }

    /// <summary>A tokenizer's additions to a row.</summary>
    internal sealed class TokenPrediction
    {
#pragma warning disable IDE1006, SA1300 // The columns are named as a graph's inputs.
        public long[] input_ids { get; set; } = [];
#pragma warning restore IDE1006, SA1300
    }

    /// <summary>Shows what an estimator adds to the rows of its kind.</summary>
    public static void Show(string kind, string model)
    {
        var context = new MLContext(seed: 1);
        IDataView rows = Rows.Of(context, kind);
        switch (kind)
        {
            case "pair":
                Show(context, rows, context.Transforms.BertPairClassify(model).Fit(rows));
                break;
            case "tokens":
                Show(context, rows, context.Transforms.BertTokenize(model, maxLength: 24).Fit(rows));
                Show(context, rows, context.Transforms.BertTokenize(model, sentence2ColumnName: null).Fit(rows));
                break;
            default:
                Show(context, rows, context.Transforms.BertAnswerQuestion(model).Fit(rows));
                Show(context, rows, context.Transforms.BertAnswerQuestion(model, nBest: 3).Fit(rows));
                break;
        }
    }

    /// <summary>Predicts row by row with a class of a user's.</summary>
    public static void Predict(MLContext context, ITransformer model, DataViewSchema columns)
    {
        Console.WriteLine("one by one");
        if (columns.GetColumnOrNull("Answer") is not null)
        {
            using var engine = context.Model.CreatePredictionEngine<QuestionRow, AnswerPrediction>(model);
            foreach (AnswerPrediction row in Rows.Questions.Select(row => engine.Predict(row)))
                Console.WriteLine($"  {Printer.Text(row.Answer)} {row.AnswerStart}-{row.AnswerEnd} {Printer.Text(row.Score)}");
        }
        else if (columns.GetColumnOrNull("PredictedLabel") is { } label && label.Type is Microsoft.ML.Data.TextDataViewType)
        {
            using var engine = context.Model.CreatePredictionEngine<PairRow, PairPrediction>(model);
            foreach (PairPrediction row in Rows.Pairs.Select(row => engine.Predict(row)))
                Console.WriteLine($"  {row.PredictedLabel} {Printer.Texts(row.Score)}");
        }
        else if (columns.GetColumnOrNull("input_ids") is not null)
        {
            using var engine = context.Model.CreatePredictionEngine<PairRow, TokenPrediction>(model);
            foreach (TokenPrediction row in Rows.Pairs.Select(row => engine.Predict(row)))
                Console.WriteLine($"  {Printer.Texts(row.input_ids)}");
        }
    }

    private static void Show(MLContext context, IDataView rows, ITransformer model)
    {
        using (model as IDisposable)
        {
            IDataView scored = model.Transform(rows);
            Printer.Print(scored);
            Predict(context, model, scored.Schema);
        }
    }
}
