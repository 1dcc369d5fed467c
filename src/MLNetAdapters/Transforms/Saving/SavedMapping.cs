using System.Collections.Concurrent;
using System.Globalization;
using BertMLNet.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace BertMLNet;

/// <summary>What the custom mappings of saved pipelines read.</summary>
internal sealed class SavedTexts
{
    [ColumnName(SavedChain.StateColumn)]
    public string State { get; set; } = "";

    [ColumnName(SavedChain.FirstColumn)]
    public string First { get; set; } = "";

    /// <summary>The second text, or the first again.</summary>
    [ColumnName(SavedChain.SecondColumn)]
    public string Second { get; set; } = "";
}

/// <summary>The contract by which <c>mlContext.Model.Load</c> finds a task again; it scores row by row.</summary>
/// <typeparam name="TResult">What scoring makes of a row.</typeparam>
/// <typeparam name="TOutput">The columns that the mapping makes of it, all that the task can add.</typeparam>
internal abstract class SavedMapping<TResult, TOutput> : CustomMappingFactory<SavedTexts, TOutput>
    where TOutput : class, new()
{
    public static IEnumerable<string> Columns => SchemaDefinition.Create(typeof(TOutput)).Select(column => column.ColumnName);

    public override Action<SavedTexts, TOutput> GetMapping()
    {
        // A mapping sees its state with every row, on several threads, and is never told when it is no longer needed: what it has
        // open goes when it is collected.
        var models = new ConcurrentDictionary<string, Lazy<Action<SavedTexts, TOutput>>>(StringComparer.Ordinal);
        return (texts, output) =>
        {
            Lazy<Action<SavedTexts, TOutput>> score = models.GetOrAdd(texts.State, state => new(() => Open(state)));
            Action<SavedTexts, TOutput> open;
            try
            {
                open = score.Value;
            }
            catch
            {
                // Tried again with the next row: what is missing may be put back.
                models.TryRemove(KeyValuePair.Create(texts.State, score));
                throw;
            }
            open(texts, output);
        };
    }

    /// <summary>Writes all that the task can add; what is not wanted is dropped.</summary>
    protected abstract void Write(OpenModel<TResult> model, TResult result, TOutput output);

    private Action<SavedTexts, TOutput> Open(string state)
    {
        BertOptions options = SavedState.Read(state, SavedTask.OfOutput(typeof(TOutput)).Options);
        var model = (OpenModel<TResult>)options.Open();
        return options.InputColumns.Count == 1
            ? (texts, output) => Write(model, model.Score(new TextPair(texts.First.AsMemory(), null)), output)
            : (texts, output) => Write(model, model.Score(new TextPair(texts.First.AsMemory(), texts.Second.AsMemory())), output);
    }
}

/// <summary>What <see cref="SavedSlotMapping"/> reads.</summary>
internal sealed class SavedSlotInput
{
    internal const string IndexColumn = "__bertmlnet_slot_index";

    /// <summary>The slot's index, as text: the only constant that a saved pipeline can carry.</summary>
    [ColumnName(IndexColumn)]
    public string Index { get; set; } = "";

    /// <summary>The probabilities, of a length that no schema knows.</summary>
    [ColumnName(SavedPair.ScoreColumn)]
    [VectorType]
    public float[] Scores { get; set; } = [];
}

/// <summary>What <see cref="SavedSlotMapping"/> writes.</summary>
internal sealed class SavedSlot
{
    internal const string Column = "__bertmlnet_slot";

    /// <summary>The slot's value; a vector of one, since a number would lend its column's name to the slot it becomes.</summary>
    [ColumnName(Column)]
    [VectorType(1)]
    public float[] Slot { get; set; } = new float[1];
}

/// <summary>
/// The contract by which a saved pipeline takes its scores apart. A mapping's vector has no length that a schema knows
/// of, but evaluators ask for one; slots put together again make a vector of known length.
/// </summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class SavedSlotMapping : CustomMappingFactory<SavedSlotInput, SavedSlot>
{
    private const string Contract = "BertMLNet.Slot.v1";

    public override Action<SavedSlotInput, SavedSlot> GetMapping() =>
        (input, output) => output.Slot = [input.Scores[int.Parse(input.Index, CultureInfo.InvariantCulture)]];

    /// <summary>Gives the scores of a chain a known length.</summary>
    /// <param name="chain">A chain that ends with the mapping of pairs.</param>
    /// <param name="transforms">The catalog.</param>
    /// <param name="length">The number of labels.</param>
    public static IEstimator<ITransformer> Append(IEstimator<ITransformer> chain, TransformsCatalog transforms, int length)
    {
        for (int i = 0; i < length; i++)
        {
            string index = i.ToString(CultureInfo.InvariantCulture);
            chain = chain.Append(transforms.Expression(SavedSlotInput.IndexColumn, $"x => \"{index}\"", SavedChain.FirstColumn))
                .Append(transforms.CustomMapping(new SavedSlotMapping().GetMapping(), Contract))
                .Append(transforms.CopyColumns(ColumnOf(i), SavedSlot.Column));
        }
        return chain.Append(transforms.Concatenate(SavedPair.ScoreColumn, [.. Enumerable.Range(0, length).Select(ColumnOf)]));
    }

    /// <summary>The columns that <see cref="Append"/> adds on the way.</summary>
    public static IEnumerable<string> Temporary(int length) =>
        Enumerable.Range(0, length).Select(ColumnOf).Append(SavedSlotInput.IndexColumn).Append(SavedSlot.Column);

    private static string ColumnOf(int slot) => $"__bertmlnet_slot_{slot.ToString(CultureInfo.InvariantCulture)}";
}
