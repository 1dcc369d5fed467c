using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>The values behind keys; a missing key's value is missing: NaN for real numbers, else the type's default.</summary>
internal sealed class KeyLookup<TKey, TValue>
{
    private static readonly TValue Missing = default(TValue) switch
    {
        float => (TValue)(object)float.NaN,
        double => (TValue)(object)double.NaN,
        var value => value,
    };

    private readonly TValue[] _values;

    public KeyLookup(TValue[] values) => _values = values;

    public Delegate CreateGetter(DataViewRow row, DataViewSchema.Column column) => ItemGetter.Create<TKey, TValue>(row, column, ValueOf);

    private TValue ValueOf(TKey key)
    {
        ulong number = Convert.ToUInt64(key, CultureInfo.InvariantCulture);
        return number > 0 && number <= (ulong)_values.Length ? _values[number - 1] : Missing;
    }
}
