using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>A getter that is looked up when it is first called.</summary>
internal static class LateGetter
{
    private static readonly MethodInfo Generic = typeof(LateGetter).GetMethod(nameof(CreateOf), BindingFlags.NonPublic | BindingFlags.Static);

    public static Delegate Create(DataViewSchema.Column column, Func<Delegate> find)
        => (Delegate)Generic.MakeGenericMethod(column.Type.RawType).Invoke(null, [find]);

    private static Delegate CreateOf<T>(Func<Delegate> find)
    {
        ValueGetter<T> getter = null;
        return (ValueGetter<T>)((ref T value) =>
        {
            getter ??= (ValueGetter<T>)find();
            getter(ref value);
        });
    }
}
