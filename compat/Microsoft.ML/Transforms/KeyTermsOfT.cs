using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.ML.Data;
using Microsoft.ML.Model;

namespace Microsoft.ML.Transforms;

internal sealed class KeyTerms<T> : KeyTerms
{
    private readonly List<T> _values = [];
    private readonly Dictionary<T, uint> _keys = new(EqualityOf());

    public KeyTerms(PrimitiveDataViewType valueType)
        : base(valueType)
    {
    }

    public override int Count => _values.Count;

    public override DataViewSchema.Annotations ToAnnotations(bool asText)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        if (asText && ValueType is not TextDataViewType)
            Add(builder, TextDataViewType.Instance, [.. _values.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture).AsMemory())]);
        else
            Add(builder, ValueType, [.. _values]);
        return builder.ToAnnotations();
    }

    public override Delegate CreateGetter(DataViewRow row, DataViewSchema.Column column)
        => ItemGetter.Create<T, uint>(row, column, value => _keys.GetValueOrDefault(value));

    protected override void Learn(DataViewRowCursor cursor, DataViewSchema.Column column, int maximum)
    {
        if (column.Type is not VectorDataViewType)
        {
            var scalar = cursor.GetGetter<T>(column);
            while (cursor.MoveNext())
            {
                T value = default;
                scalar(ref value);
                Add(value, maximum);
            }

            return;
        }

        var vector = cursor.GetGetter<VBuffer<T>>(column);
        VBuffer<T> values = default;
        while (cursor.MoveNext())
        {
            vector(ref values);
            foreach (var value in values.DenseValues())
                Add(value, maximum);
        }
    }

    protected override void Sort()
    {
        var values = _values.Order(OrderOf()).ToArray();
        _values.Clear();
        _keys.Clear();
        foreach (var value in values)
            Add(value, int.MaxValue);
    }

    protected override void LoadValues(JsonNode[] values)
    {
        foreach (var value in values)
            Add(ItemJson.Read<T>(value), int.MaxValue);
    }

    protected override JsonArray WriteValues() => new([.. _values.Select(ItemJson.Write)]);

    /// <summary>Empty text and NaN are missing: they never become keys.</summary>
    private void Add(T value, int maximum)
    {
        bool missing = value switch
        {
            ReadOnlyMemory<char> text => text.IsEmpty,
            float number => float.IsNaN(number),
            double number => double.IsNaN(number),
            _ => false,
        };
        if (missing || _values.Count >= maximum)
            return;
        // Text is copied: it may be a slice of a whole line or file.
        var kept = value is ReadOnlyMemory<char> slice ? (T)(object)slice.ToString().AsMemory() : value;
        if (_keys.TryAdd(kept, (uint)_values.Count + 1))
            _values.Add(kept);
    }

    private static void Add<TValue>(DataViewSchema.Annotations.Builder builder, PrimitiveDataViewType type, TValue[] values)
        => builder.Add(AnnotationKinds.KeyValues, new VectorDataViewType(type, values.Length),
            (ref VBuffer<TValue> value) => VBuffer<TValue>.Copy(values, 0, ref value, values.Length));

    private static IEqualityComparer<T> EqualityOf()
        => typeof(T) == typeof(ReadOnlyMemory<char>) ? (IEqualityComparer<T>)(object)OrdinalTextComparer.Instance : EqualityComparer<T>.Default;

    private static IComparer<T> OrderOf()
        => typeof(T) == typeof(ReadOnlyMemory<char>) ? (IComparer<T>)(object)OrdinalTextComparer.Instance : Comparer<T>.Default;
}
