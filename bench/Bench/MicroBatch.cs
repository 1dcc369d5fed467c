using BertMLNet.Modeling;
using BertMLNet.Training;

namespace BertMLNet.Bench;

/// <summary>Packs rows as the trainer does.</summary>
internal static class MicroBatch
{
    private const int MaskedPart = 7;

    /// <summary>Sorts an update's rows by length and packs as many at a time as the bound of tokens lets.</summary>
    public static IEnumerable<PackedBatch> Split(TokenRow[] rows, int tokens, BertConfig config, bool masked)
    {
        TokenRow[] sorted = [.. rows.OrderByDescending(row => row.Ids.Length)];
        for (int start = 0; start < sorted.Length;)
        {
            int fit = Math.Clamp(tokens / sorted[start].Ids.Length, 1, sorted.Length - start);
            yield return Pack(sorted[start..(start + fit)], config, masked);
            start += fit;
        }
    }

    private static PackedBatch Pack(TokenRow[] rows, BertConfig config, bool masked)
    {
        int[] ids = [.. rows.SelectMany(row => row.Ids)];
        return new PackedBatch
        {
            Lengths = [.. rows.Select(row => row.Ids.Length)],
            InputIds = ids,
            TokenTypeIds = [.. rows.SelectMany(row => row.TypeIds)],
            Targets = masked ? MaskedTargets(ids) : ClassTargets(rows.Length, config.NumLabels),
        };
    }

    private static ClassTargets ClassTargets(int rows, int labels) =>
        new([.. Enumerable.Range(0, rows).Select(row => row % labels)], [.. Enumerable.Repeat(1f, rows)]);

    /// <summary>One token of seven, about BERT's 15%.</summary>
    private static MaskedTokenTargets MaskedTargets(int[] ids)
    {
        int[] positions = [.. Enumerable.Range(0, ids.Length).Where(token => token % MaskedPart == 0)];
        return new(positions, [.. positions.Select(position => ids[position])]);
    }
}
