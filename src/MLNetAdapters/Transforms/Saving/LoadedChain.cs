using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace BertMLNet;

/// <summary>
/// Knows a <see cref="SavedChain"/> again in what <c>mlContext.Model.Load</c> gives. ML.NET shows what a transformer is
/// and does, but not how it was made: the state is read where it flows, in the column that the chain makes of it.
/// </summary>
internal static class LoadedChain
{
    /// <summary>Behind those that copy the texts is the transformer that makes the state's column, and behind it the mapping.</summary>
    private const int StatePlace = 2;
    private const int MappingPlace = 3;

    /// <summary>Reads which transformer a chain stands for, and finds its model folder.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="inputSchema">Gives the schema of the data that come into it; asked only where the chain begins as ours do.</param>
    /// <param name="position">Its place in the model.</param>
    /// <returns>Null for a chain of somebody else's, and for one that has ours among its parts.</returns>
    /// <exception cref="BertMLNetException">The model folder is gone, or holds another model.</exception>
    public static PackablePart? TryRead(IEnumerable<ITransformer> chain, Func<DataViewSchema> inputSchema, string position)
    {
        // ML.NET nests chains as they were put together: ours may begin in a chain inside of it, but does not end there.
        if (!IsWhole(chain, inputSchema) || (chain.First() is IEnumerable<ITransformer> first && IsWhole(first, inputSchema)))
            return null;
        ITransformer[] parts = Beginning(chain);
        DataViewSchema schema = inputSchema();
        DataViewSchema mapped = Output(parts, schema);
        string kind = mapped.GetColumnOrNull(BertPairOutput.LabelColumn) is not null ? BertPairTransformer.PackedKind
            : mapped.GetColumnOrNull(BertAnswerOutput.AnswerColumn) is not null ? BertAnswerTransformer.PackedKind
            : BertTokenizeTransformer.PackedKind;
        IDataView made = parts[StatePlace].Transform(new BlankDataView(schema, rows: 1));
        var state = SavedChain.ReadState<SavedState<JsonElement>>(made.GetColumn<string>(SavedChain.StateColumn).Single());
        return new PackablePart(position, kind, state.Model.Resolve(), state.Options);
    }

    /// <summary>Whether a chain begins as ours do and has dropped the state in the end.</summary>
    private static bool IsWhole(IEnumerable<ITransformer> chain, Func<DataViewSchema> inputSchema)
    {
        if (Beginning(chain) is not [ColumnCopyingTransformer, ColumnCopyingTransformer, ExpressionTransformer state, _])
            return false;
        DataViewSchema schema = inputSchema();
        return state.GetOutputSchema(schema).GetColumnOrNull(SavedChain.StateColumn) is not null
            && Output(chain, schema).GetColumnOrNull(SavedChain.StateColumn) is null;
    }

    private static ITransformer[] Beginning(IEnumerable<ITransformer> chain) => [.. Flatten(chain).Take(MappingPlace + 1)];

    private static IEnumerable<ITransformer> Flatten(IEnumerable<ITransformer> chain) =>
        chain.SelectMany(part => part is IEnumerable<ITransformer> inner ? Flatten(inner) : [part]);

    private static DataViewSchema Output(IEnumerable<ITransformer> parts, DataViewSchema schema) =>
        parts.Aggregate(schema, (input, part) => part.GetOutputSchema(input));
}
