using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Transforms;

namespace BertMLNet;

/// <summary>
/// The contract by which a saved pipeline takes its scores apart. A mapping's vector has no length that a schema knows
/// of, but evaluators ask for one; slots put together again make a vector of known length.
/// </summary>
[CustomMappingFactoryAttribute(Contract)]
public sealed class BertSlotMapping : CustomMappingFactory<BertSlotInput, BertSlotOutput>
{
    internal const string Contract = "BertMLNet.Slot.v1";

    /// <inheritdoc/>
    public override Action<BertSlotInput, BertSlotOutput> GetMapping() =>
        (input, output) => output.Slot = [input.Scores[int.Parse(input.Index, CultureInfo.InvariantCulture)]];

    /// <summary>Gives the scores of a chain a known length.</summary>
    /// <param name="chain">A chain that ends with the mapping of pairs.</param>
    /// <param name="transforms">The catalog.</param>
    /// <param name="length">The number of labels.</param>
    internal static IEstimator<ITransformer> Append(IEstimator<ITransformer> chain, TransformsCatalog transforms, int length)
    {
        for (int i = 0; i < length; i++)
        {
            string index = i.ToString(CultureInfo.InvariantCulture);
            chain = chain.Append(transforms.Expression(BertSlotInput.IndexColumn, $"x => \"{index}\"", SavedChain.FirstColumn))
                .Append(transforms.CustomMapping(new BertSlotMapping().GetMapping(), Contract))
                .Append(transforms.CopyColumns(ColumnOf(i), BertSlotOutput.SlotColumn));
        }
        return chain.Append(transforms.Concatenate(BertPairOutput.ScoreColumn, [.. Enumerable.Range(0, length).Select(ColumnOf)]));
    }

    /// <summary>The columns that <see cref="Append"/> adds on the way.</summary>
    internal static IEnumerable<string> Temporary(int length) =>
        Enumerable.Range(0, length).Select(ColumnOf).Append(BertSlotInput.IndexColumn).Append(BertSlotOutput.SlotColumn);

    private static string ColumnOf(int slot) => $"__bertmlnet_slot_{slot.ToString(CultureInfo.InvariantCulture)}";
}
