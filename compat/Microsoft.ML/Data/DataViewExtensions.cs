namespace Microsoft.ML.Data;

internal static class DataViewExtensions
{
    public static DataViewRowCursor GetRowCursorForAllColumns(this IDataView view) => view.GetRowCursor(view.Schema);

    /// <summary>Which of a schema's columns are in a list, by index.</summary>
    public static bool[] ActiveColumns(this DataViewSchema schema, IEnumerable<DataViewSchema.Column> columns)
    {
        var active = new bool[schema.Count];
        foreach (var column in columns)
        {
            Check.Parameter(column.Index < active.Length && schema[column.Index].Name == column.Name, nameof(columns),
                $"Column '{column.Name}' with index {column.Index} does not belong to this schema.");
            active[column.Index] = true;
        }

        return active;
    }
}
