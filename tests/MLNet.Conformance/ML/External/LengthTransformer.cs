using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.Conformance;

/// <summary>
/// A transformer of a library that is not ML.NET: adds Length and Parts, scored in batches when a cursor asks for them.
/// </summary>
internal sealed class LengthTransformer(string column, int batchSize) : ITransformer, IDisposable
{
    public static DataViewSchema.DetachedColumn[] Added { get; } =
    [
        new("Length", NumberDataViewType.Single),
        new("Parts", new VectorDataViewType(NumberDataViewType.Single, 2)),
    ];

    public string Column => column;

    public int BatchSize => batchSize;

    public LengthScorer Scorer { get; } = new();

    /// <summary>What Save hands the context to; nothing when null.</summary>
    public ITransformer? SavedAs { get; set; }

    public bool IsDisposed { get; private set; }

    public bool IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        if (inputSchema.GetColumnOrNull(column)?.Type is not TextDataViewType)
            throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Column '{column}' of text was not found.");
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        builder.AddColumns(Added);
        return builder.ToSchema();
    }

    public IDataView Transform(IDataView input) => new LengthView(this, input);

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new LengthMapper(this, inputSchema);

    public void Save(ModelSaveContext ctx) => SavedAs?.Save(ctx);

    public void Dispose() => IsDisposed = true;

    /// <summary>A getter of an added column over the score of the current row.</summary>
    public static Delegate Getter(int added, Func<float> score)
        => added == 0
            ? (ValueGetter<float>)((ref float value) => value = score())
            : (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
            {
                var editor = VBufferEditor.Create(ref value, 2);
                editor.Values[0] = score();
                editor.Values[1] = -score();
                value = editor.Commit();
            });
}
