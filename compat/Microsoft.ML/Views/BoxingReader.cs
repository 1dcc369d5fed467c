using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>Reads a column of any type as objects, each with arrays of its own.</summary>
internal static class BoxingReader
{
    private static readonly MethodInfo Generic = typeof(BoxingReader).GetMethod(nameof(CreateOf), BindingFlags.NonPublic | BindingFlags.Static);

    public static Func<object> Create(DataViewRow row, DataViewSchema.Column column)
        => (Func<object>)Generic.MakeGenericMethod(column.Type.RawType).Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, [row, column], culture: null);

    private static Func<object> CreateOf<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default;
            getter(ref value);
            return value;
        };
    }
}
