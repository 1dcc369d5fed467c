namespace Microsoft.ML.Data;

internal static class ColumnReader
{
    /// <summary>How a column's values become a .NET type; null when they cannot.</summary>
    public static object ConverterTo(Type type, DataViewType columnType)
    {
        if (type == columnType.RawType)
            return Activator.CreateInstance(typeof(ScalarConverter<>).MakeGenericType(type));
        if (type == typeof(string) && columnType.IsText())
            return new TextConverter();
        if (!type.IsArray || columnType is not VectorDataViewType vector)
            return null;
        if (type == typeof(string[]) && vector.ItemType.IsText())
            return new TextArrayConverter();
        return type.GetElementType() == vector.ItemType.RawType
            ? Activator.CreateInstance(typeof(ArrayConverter<>).MakeGenericType(vector.ItemType.RawType))
            : null;
    }

    public static IEnumerable<T> Read<T, TRaw>(IDataView data, DataViewSchema.Column column, IMemberConverter<T, TRaw> converter)
    {
        using var cursor = data.GetRowCursor([column]);
        var getter = cursor.GetGetter<TRaw>(column);
        TRaw value = default;
        while (cursor.MoveNext())
        {
            getter(ref value);
            yield return converter.FromColumn(ref value, default);
        }
    }
}
