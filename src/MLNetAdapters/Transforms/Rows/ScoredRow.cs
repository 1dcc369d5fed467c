using BertMLNet.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>Scores one row at a time: what a prediction engine uses.</summary>
internal sealed class ScoredRowMapper(BertTransformer transformer, DataViewSchema inputSchema) : IRowToRowMapper
{
    public DataViewSchema InputSchema => inputSchema;

    /// <summary>One instance for good: mappers in a chain know one another's schemas by reference.</summary>
    public DataViewSchema OutputSchema { get; } = transformer.GetOutputSchema(inputSchema);

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        transformer.Dependencies(inputSchema, ActiveColumns.Of(OutputSchema, dependingColumns));

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        transformer.Model.Score(transformer, OutputSchema, input, ActiveColumns.Of(OutputSchema, activeColumns));
}

/// <summary>An input row with scored columns behind its own; it is scored once a position, when a scored column is read.</summary>
internal sealed class ScoredRow<TResult>(
    BertTransformer transformer, OpenModel<TResult> model, DataViewSchema schema, DataViewRow input, bool[] active) : DataViewRow
{
    private readonly int _inputColumns = input.Schema.Count;
    private Func<TextPair>? _read;
    private TResult _result = default!;
    private long? _scoredPosition;

    public override DataViewSchema Schema => schema;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        ActiveColumns.Check(active, column);
        if (column.Index < _inputColumns)
            return input.GetGetter<TValue>(input.Schema[column.Index]);
        _read ??= TextColumns.Reader(input, transformer.Options.InputColumns);
        return ActiveColumns.Typed<TValue>(model.Outputs[column.Index - _inputColumns].Getter(Current), column);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            input.Dispose();
        base.Dispose(disposing);
    }

    private TResult Current()
    {
        if (_scoredPosition != input.Position)
        {
            // A transformer that is disposed scores no more, though others may share its model.
            ObjectDisposedException.ThrowIf(transformer.IsDisposed, transformer);
            _result = model.Score(_read!());
            _scoredPosition = input.Position;
        }
        return _result;
    }
}
