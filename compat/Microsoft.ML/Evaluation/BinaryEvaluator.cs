namespace Microsoft.ML.Data;

internal static class BinaryEvaluator
{
    /// <param name="data">The scored rows.</param>
    /// <param name="label">A column of type Boolean, Single, Double or a key of two values.</param>
    /// <param name="score">A column of type Single.</param>
    /// <param name="probability">A column of type Single, or null.</param>
    /// <param name="predictedLabel">A column that must be there, though it is not read.</param>
    public static BinaryCounts Evaluate(IDataView data, string label, string score, string probability, string predictedLabel)
    {
        var labelColumn = SchemaErrors.Find(data.Schema, "schema", "Label", label);
        var scoreColumn = SingleColumn(data.Schema, "Score", score);
        SchemaErrors.Find(data.Schema, "schema", "PredictedLabel", predictedLabel);
        bool labelFits = labelColumn.Type is BooleanDataViewType or KeyDataViewType { Count: 2 }
            || labelColumn.Type.Equals(NumberDataViewType.Single) || labelColumn.Type.Equals(NumberDataViewType.Double);
        if (!labelFits)
            throw SchemaErrors.Mismatch("schema", "label", label, "Single, Double, Boolean, or a Key with cardinality 2", labelColumn.Type.ToString());

        DataViewSchema.Column[] probabilities = probability is null ? [] : [SingleColumn(data.Schema, "Probability", probability)];
        using var cursor = data.GetRowCursor([labelColumn, scoreColumn, .. probabilities]);
        var readLabel = RealNumbers.Reader(cursor, labelColumn);
        var readScore = RealNumbers.Reader(cursor, scoreColumn);
        var readProbability = probabilities is [var column] ? RealNumbers.Reader(cursor, column) : () => double.NaN;
        var counts = new BinaryCounts(ClassNames(labelColumn));
        while (cursor.MoveNext())
        {
            double actual = readLabel();
            float value = (float)readScore();
            if (float.IsFinite(value) && !double.IsNaN(actual))
                counts.Add(value, (float)readProbability(), actual > 0);
        }

        return counts;
    }

    /// <summary>A key's values where they are text; the table calls the first the positive one, as ML.NET's does.</summary>
    private static string[] ClassNames(DataViewSchema.Column label)
    {
        if (!label.HasKeyValues())
            return ["positive", "negative"];
        VBuffer<ReadOnlyMemory<char>> names = default;
        label.GetKeyValues(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private static DataViewSchema.Column SingleColumn(DataViewSchema schema, string role, string name)
    {
        var column = SchemaErrors.Find(schema, "schema", role, name);
        return column.Type.Equals(NumberDataViewType.Single)
            ? column
            : throw SchemaErrors.Mismatch("schema", role.ToLowerInvariant(), name, "Single", column.Type.ToString());
    }
}
