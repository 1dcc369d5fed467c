using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>Scores one row at a time: what a prediction engine uses.</summary>
internal sealed class ScoredRowMapper<TRow, TResult>(RowScoring<TRow, TResult> scoring, DataViewSchema inputSchema) : IRowToRowMapper
{
    public DataViewSchema InputSchema => inputSchema;

    /// <summary>One instance for good: mappers in a chain know one another's schemas by reference.</summary>
    public DataViewSchema OutputSchema { get; } = scoring.Extend(inputSchema);

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        bool[] active = ActiveColumns.Of(OutputSchema, dependingColumns);
        return scoring.Dependencies(inputSchema, active, active.AsSpan(inputSchema.Count).Contains(true));
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        new ScoredRow<TRow, TResult>(scoring, OutputSchema, input, ActiveColumns.Of(OutputSchema, activeColumns));
}
