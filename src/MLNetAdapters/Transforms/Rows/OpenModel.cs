using BertMLNet.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>A model that is open for a task. What is behind it, and what comes of a row, is the task's own.</summary>
internal abstract class OpenModel : IDisposable
{
    /// <summary>The columns that are added, in order.</summary>
    public abstract IReadOnlyList<DataViewSchema.DetachedColumn> Columns { get; }

    /// <summary>The labels in the order of the scores.</summary>
    public virtual IReadOnlyList<string> Labels => [];

    /// <summary>A cursor that scores rows in batches.</summary>
    public abstract DataViewRowCursor Score(BertTransformer transformer, DataViewSchema schema, DataViewRowCursor input, bool[] active);

    /// <summary>A row that is scored by itself, when it is read.</summary>
    public abstract DataViewRow Score(BertTransformer transformer, DataViewSchema schema, DataViewRow input, bool[] active);

    /// <summary>A chain of built-in transformers that does the same: the only thing that an outside library can save.</summary>
    public abstract ITransformer ToBuiltIn();

    public virtual void Dispose()
    {
    }
}

/// <summary>An open model, and what it makes of the one or two texts of a row.</summary>
/// <typeparam name="TResult">What scoring makes of a row.</typeparam>
internal abstract class OpenModel<TResult>(IReadOnlyList<OutputColumn<TResult>> outputs) : OpenModel
{
    /// <summary>The added columns, with how a result is written to them.</summary>
    public IReadOnlyList<OutputColumn<TResult>> Outputs => outputs;

    public override IReadOnlyList<DataViewSchema.DetachedColumn> Columns { get; } = [.. outputs.Select(output => output.Column)];

    /// <summary>Scores a stream of rows in order, pulling ahead on the caller's thread.</summary>
    public abstract IEnumerable<TResult> ScoreStream(IEnumerable<TextPair> rows);

    /// <summary>Scores one row.</summary>
    public abstract TResult Score(TextPair row);

    public override DataViewRowCursor Score(BertTransformer transformer, DataViewSchema schema, DataViewRowCursor input, bool[] active) =>
        new ScoredCursor<TResult>(this, schema, input, transformer.Options.InputColumns, active);

    public override DataViewRow Score(BertTransformer transformer, DataViewSchema schema, DataViewRow input, bool[] active) =>
        new ScoredRow<TResult>(transformer, this, schema, input, active);
}

/// <summary>A column that a transformer adds: its place in the schema, and how its value comes out of a result.</summary>
internal sealed class OutputColumn<TResult>
{
    private readonly Func<Func<TResult>, Delegate> _getter;

    private OutputColumn(
        string name, string savedAs, DataViewType type, DataViewSchema.Annotations? annotations, Func<Func<TResult>, Delegate> getter)
    {
        Column = new(name, type, annotations);
        SavedAs = savedAs;
        _getter = getter;
    }

    public DataViewSchema.DetachedColumn Column { get; }

    /// <summary>The column of the same values that the mapping of a saved pipeline makes.</summary>
    public string SavedAs { get; }

    /// <summary>A column of one value a row, of a type that is read as <typeparamref name="T"/>.</summary>
    public static OutputColumn<TResult> Value<T>(
        string name, string savedAs, PrimitiveDataViewType type, Func<TResult, T> read, DataViewSchema.Annotations? annotations = null) =>
        new(name, savedAs, type, annotations, current => (ValueGetter<T>)((ref T value) => value = read(current())));

    /// <summary>A column of a vector a row, whose items are read as <typeparamref name="T"/>.</summary>
    public static OutputColumn<TResult> Vector<T>(
        string name,
        string savedAs,
        VectorDataViewType type,
        Func<TResult, int> length,
        Func<TResult, int, T> read,
        DataViewSchema.Annotations? annotations = null) =>
        new(name, savedAs, type, annotations, current => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
        {
            TResult row = current();
            VBufferEditor<T> editor = VBufferEditor.Create(ref value, length(row));
            for (int i = 0; i < editor.Values.Length; i++)
                editor.Values[i] = read(row, i);
            value = editor.Commit();
        }));

    /// <summary>A <see cref="ValueGetter{TValue}"/> of the column's raw type, over what <paramref name="current"/> gives.</summary>
    public Delegate Getter(Func<TResult> current) => _getter(current);
}
