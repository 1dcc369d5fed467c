namespace Microsoft.ML.Data;

internal sealed class ConcatenatingMapper<T> : RowMapper
{
    private readonly DataViewSchema.Column[] _inputs;

    public ConcatenatingMapper(DataViewSchema inputSchema, string output, DataViewSchema.Column[] inputs)
        : base(inputSchema, [OutputOf(output, inputs)])
    {
        _inputs = inputs;
    }

    protected override void MarkDependencies(int added, bool[] needed)
    {
        foreach (var input in _inputs)
            needed[input.Index] = true;
    }

    protected override Func<int, Delegate> BindTo(DataViewRow input) => _ =>
    {
        ValueGetter<VBuffer<T>>[] getters = [.. _inputs.Select(column => VectorGetter(input, column))];
        var parts = new VBuffer<T>[getters.Length];
        return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
        {
            for (int i = 0; i < parts.Length; i++)
                getters[i](ref parts[i]);
            var editor = VBufferEditor.Create(ref value, parts.Sum(part => part.Length));
            int start = 0;
            foreach (var part in parts)
            {
                part.CopyTo(editor.Values.Slice(start, part.Length));
                start += part.Length;
            }

            value = editor.Commit();
        });
    };

    private static ValueGetter<VBuffer<T>> VectorGetter(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType vector)
        {
            var checkedGetter = row.GetGetter<VBuffer<T>>(column);
            return (ref VBuffer<T> value) =>
            {
                checkedGetter(ref value);
                Check.That(!vector.IsKnownSize || value.Length == vector.Size,
                    $"Column '{column.Name}': expected {vector.Size} slots, but got {value.Length}");
            };
        }

        var getter = row.GetGetter<T>(column);
        return (ref VBuffer<T> value) =>
        {
            var editor = VBufferEditor.Create(ref value, 1);
            getter(ref editor.Values[0]);
            value = editor.Commit();
        };
    }

    private static DataViewSchema.DetachedColumn OutputOf(string name, DataViewSchema.Column[] inputs)
    {
        if (inputs is [{ Type: VectorDataViewType } single])
            return new(name, single.Type, single.Annotations);

        int[] sizes = [.. inputs.Select(input => input.Type is VectorDataViewType vector ? vector.Size : 1)];
        int size = Array.Exists(sizes, part => part == 0) ? 0 : sizes.Sum();
        var annotations = new DataViewSchema.Annotations.Builder();
        if (inputs[0].Type.ItemType() is NumberDataViewType && Array.TrueForAll(inputs, input => input.IsNormalized()))
            annotations.AddPrimitiveValue(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance, true);
        if (size > 0 && Array.Exists(inputs, input => input.Type is not VectorDataViewType || input.HasSlotNames()))
        {
            ReadOnlyMemory<char>[] names = [.. inputs.SelectMany(SlotNamesOf)];
            annotations.Add(AnnotationKinds.SlotNames, new VectorDataViewType(TextDataViewType.Instance, size),
                (ref VBuffer<ReadOnlyMemory<char>> value) => VBuffer<ReadOnlyMemory<char>>.Copy(names, 0, ref value, names.Length));
        }

        return new(name, new VectorDataViewType((PrimitiveDataViewType)inputs[0].Type.ItemType(), size), annotations.ToAnnotations());
    }

    /// <summary>A scalar's slot has its column's name, a vector's the column's and its own, where it has one.</summary>
    private static IEnumerable<ReadOnlyMemory<char>> SlotNamesOf(DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType vector)
            return [column.Name.AsMemory()];
        VBuffer<ReadOnlyMemory<char>> names = default;
        if (!column.HasSlotNames())
            return Enumerable.Repeat(ReadOnlyMemory<char>.Empty, vector.Size);
        column.GetSlotNames(ref names);
        return names.DenseValues().Select(slot => slot.IsEmpty ? slot : $"{column.Name}.{slot}".AsMemory());
    }
}
