namespace Microsoft.ML.Data;

internal static class MulticlassEvaluator
{
    /// <param name="data">The scored rows.</param>
    /// <param name="label">A key column, or class numbers from 0 as Single.</param>
    /// <param name="score">A vector of Single, a slot for each class; key 1 is slot 0.</param>
    /// <param name="predictedLabel">A column that must be there, though it is not read: the class predicted is the first of the highest score.</param>
    /// <param name="topK">How many ranks to report; 0 for none.</param>
    public static MulticlassClassificationMetrics Evaluate(IDataView data, string label, string score, string predictedLabel, int topK)
    {
        var labelColumn = SchemaErrors.Find(data.Schema, "schema", "Label", label);
        var scoreColumn = SchemaErrors.Find(data.Schema, "schema", "Score", score);
        SchemaErrors.Find(data.Schema, "schema", "PredictedLabel", predictedLabel);
        if (scoreColumn.Type is not VectorDataViewType { Size: >= 2 } vector || !vector.ItemType.Equals(NumberDataViewType.Single))
            throw SchemaErrors.Mismatch("schema", "score", score, "vector of two or more items of type Single", scoreColumn.Type.ToString());
        if (labelColumn.Type is not KeyDataViewType && !labelColumn.Type.Equals(NumberDataViewType.Single))
            throw SchemaErrors.Mismatch("schema", "label", label, "Single or Key", labelColumn.Type.ToString());

        var counts = new MulticlassCounts(vector.Size);
        using var cursor = data.GetRowCursor([labelColumn, scoreColumn]);
        var readLabel = RealNumbers.Reader(cursor, labelColumn);
        var getScores = cursor.GetGetter<VBuffer<float>>(scoreColumn);
        VBuffer<float> scores = default;
        var dense = new float[vector.Size];
        while (cursor.MoveNext())
        {
            double actual = readLabel();
            getScores(ref scores);
            scores.CopyTo(dense);
            // Rows without a label, or whose scores are not finite, are left out.
            if (actual >= 0 && double.IsInteger(actual) && Array.TrueForAll(dense, float.IsFinite))
                counts.Add((int)actual, dense);
        }

        return new MulticlassClassificationMetrics(counts, ClassNames(scoreColumn, vector.Size), topK);
    }

    private static string[] ClassNames(DataViewSchema.Column score, int count)
    {
        if (!score.HasSlotNames())
            return [.. Enumerable.Range(0, count).Select(i => $"{i}")];
        VBuffer<ReadOnlyMemory<char>> names = default;
        score.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }
}
