namespace Microsoft.ML.Data;

internal static class Getters
{
    public const string NotPositioned = "The cursor stands on no row: call MoveNext first, and stop when it returns false.";

    /// <summary>A getter as its own type, or the error that names both types.</summary>
    public static ValueGetter<TValue> Typed<TValue>(Delegate getter, DataViewSchema.Column column)
    {
        Check.Parameter(getter is not null, nameof(column), $"Column '{column.Name}' is not active.");
        return getter as ValueGetter<TValue> ?? throw new InvalidOperationException(
            $"Invalid TValue in GetGetter: '{typeof(TValue)}'; column '{column.Name}' is {column.Type}, which holds {column.Type.RawType}.");
    }

    /// <summary>A row's getter of a column whose type is known at run time only.</summary>
    public static Delegate Of(DataViewRow row, DataViewSchema.Column column)
        => GenericCall.Invoke<Delegate>(row.GetGetter<int>, [column.Type.RawType], column);
}
