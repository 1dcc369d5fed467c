using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>A column that a transformer adds: its place in the schema, and how its value comes out of a result.</summary>
internal abstract class OutputColumn<TResult>(string name, DataViewType type, DataViewSchema.Annotations? annotations)
{
    public DataViewSchema.DetachedColumn Detached { get; } = new(name, type, annotations);

    /// <summary>A <see cref="ValueGetter{TValue}"/> of the column's raw type over the row that <paramref name="current"/> gives.</summary>
    public abstract Delegate Getter(Func<TResult> current);

    /// <summary>Describes a column of raw type <typeparamref name="TValue"/>.</summary>
    public static OutputColumn<TResult> Of<TValue>(
        string name, DataViewType type, ValueWriter<TResult, TValue> write, DataViewSchema.Annotations? annotations = null) =>
        new Typed<TValue>(name, type, write, annotations);

    private sealed class Typed<TValue>(
        string name, DataViewType type, ValueWriter<TResult, TValue> write, DataViewSchema.Annotations? annotations)
        : OutputColumn<TResult>(name, type, annotations)
    {
        public override Delegate Getter(Func<TResult> current) =>
            (ValueGetter<TValue>)((ref TValue value) => write(current(), ref value));
    }
}
