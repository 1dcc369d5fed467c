namespace Microsoft.ML.Data;

public static class ColumnCursorExtensions
{
    public static IEnumerable<T> GetColumn<T>(this IDataView data, string columnName) => GetColumn<T>(data, data.Schema[columnName]);

    public static IEnumerable<T> GetColumn<T>(this IDataView data, DataViewSchema.Column column)
    {
        ArgumentNullException.ThrowIfNull(data);
        bool known = column.Index < data.Schema.Count && data.Schema[column.Index] is var own
            && own.Name == column.Name && own.Type.Equals(column.Type);
        Check.Parameter(known, nameof(column),
            $"column with name {column.Name}, type {column.Type}, and index {column.Index} cannot be found in {nameof(data)}");

        object converter = ColumnReader.ConverterTo(typeof(T), column.Type);
        Check.Parameter(converter is not null, nameof(column),
            $"Cannot map column (name: {column.Name}, type: {column.Type}) in {nameof(data)} to the user-defined type, {typeof(T)}.");
        return GenericCall.Invoke<IEnumerable<T>>(ColumnReader.Read<int, int>, [typeof(T), column.Type.RawType], data, column, converter);
    }
}
