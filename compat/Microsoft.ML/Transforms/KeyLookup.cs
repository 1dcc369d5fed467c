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

    public Delegate CreateGetter(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType)
        {
            var scalar = row.GetGetter<TKey>(column);
            return (ValueGetter<TValue>)((ref TValue value) =>
            {
                TKey key = default;
                scalar(ref key);
                value = ValueOf(key);
            });
        }

        var vector = row.GetGetter<VBuffer<TKey>>(column);
        VBuffer<TKey> keys = default;
        return (ValueGetter<VBuffer<TValue>>)((ref VBuffer<TValue> values) =>
        {
            vector(ref keys);
            var editor = VBufferEditor.Create(ref values, keys.Length);
            foreach (var (slot, key) in keys.Items(all: true))
                editor.Values[slot] = ValueOf(key);
            values = editor.Commit();
        });
    }

    private TValue ValueOf(TKey key)
    {
        ulong number = Convert.ToUInt64(key, CultureInfo.InvariantCulture);
        return number > 0 && number <= (ulong)_values.Length ? _values[number - 1] : Missing;
    }
}
