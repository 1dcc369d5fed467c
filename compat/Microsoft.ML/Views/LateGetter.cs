namespace Microsoft.ML.Data;

/// <summary>A getter that is looked up when it is first called.</summary>
internal static class LateGetter
{
    public static Delegate Create(DataViewSchema.Column column, Func<Delegate> find)
        => GenericCall.Invoke<Delegate>(CreateOf<int>, [column.Type.RawType], find);

    private static ValueGetter<T> CreateOf<T>(Func<Delegate> find)
    {
        ValueGetter<T> getter = null;
        return (ref T value) =>
        {
            getter ??= (ValueGetter<T>)find();
            getter(ref value);
        };
    }
}
