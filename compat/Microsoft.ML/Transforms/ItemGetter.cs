using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>A getter that maps the values of a column one by one, whether it is a scalar or a vector.</summary>
internal static class ItemGetter
{
    public static Delegate Create<TFrom, TTo>(DataViewRow row, DataViewSchema.Column column, Func<TFrom, TTo> map)
    {
        if (column.Type is not VectorDataViewType)
        {
            var scalar = row.GetGetter<TFrom>(column);
            return (ValueGetter<TTo>)((ref TTo value) =>
            {
                TFrom from = default;
                scalar(ref from);
                value = map(from);
            });
        }

        var vector = row.GetGetter<VBuffer<TFrom>>(column);
        VBuffer<TFrom> items = default;
        return (ValueGetter<VBuffer<TTo>>)((ref VBuffer<TTo> value) =>
        {
            vector(ref items);
            var editor = VBufferEditor.Create(ref value, items.Length);
            foreach (var (slot, item) in items.Items(all: true))
                editor.Values[slot] = map(item);
            value = editor.Commit();
        });
    }
}
