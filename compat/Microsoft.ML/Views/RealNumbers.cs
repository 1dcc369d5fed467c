namespace Microsoft.ML.Data;

internal static class RealNumbers
{
    /// <summary>
    /// Reads a scalar column as a real number: numbers and booleans as they are, keys from 0; NaN where a key is missing.
    /// </summary>
    public static Func<double> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        bool isKey = column.Type is KeyDataViewType;
        return Type.GetTypeCode(column.Type.RawType) switch
        {
            TypeCode.Single => Read<float>(row, column, value => value),
            TypeCode.Double => Read<double>(row, column, value => value),
            TypeCode.Boolean => Read<bool>(row, column, value => value ? 1 : 0),
            TypeCode.Byte when isKey => Read<byte>(row, column, value => Key(value)),
            TypeCode.UInt16 when isKey => Read<ushort>(row, column, value => Key(value)),
            TypeCode.UInt32 when isKey => Read<uint>(row, column, value => Key(value)),
            TypeCode.UInt64 when isKey => Read<ulong>(row, column, Key),
            _ => throw new NotSupportedException($"Column '{column.Name}' of type {column.Type} is not a real number."),
        };
    }

    private static double Key(ulong key) => key == 0 ? double.NaN : key - 1;

    private static Func<double> Read<T>(DataViewRow row, DataViewSchema.Column column, Func<T, double> convert)
    {
        var getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default;
            getter(ref value);
            return convert(value);
        };
    }
}
