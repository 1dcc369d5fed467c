using System.Globalization;
using Microsoft.ML;

namespace BertMLNet.Tests;

[Collection(nameof(MemoryCollection))]
public sealed class ManyRowsTests
{
    /// <summary>
    /// As many rows as BERTMLNET_TEST_ROWS says (a hundred thousand is the goal), by default few enough for every run but
    /// still so many that keeping their texts or scores would show.
    /// </summary>
    [Fact]
    public void Many_rows_keep_order_and_take_hardly_more_memory_than_few()
    {
        const int Few = 1000;
        string? asked = Environment.GetEnvironmentVariable("BERTMLNET_TEST_ROWS");
        int rows = asked is { Length: > 0 } ? int.Parse(asked, CultureInfo.InvariantCulture) : 6 * Few;
        using var scenario = new Scenario(Few);
        using BertTransformer transformer = scenario.Fit();
        // Each row is a text of its own, 4 kB of characters beyond the longest sequence.
        string rest = new(' ', 2000);

        Peaks(Few);
        (long managedFew, long residentFew) = Peaks(Few);
        (long managedMany, long residentMany) = Peaks(rows);

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{rows} rows: {(residentMany - residentFew) >> 20} MB resident and {(managedMany - managedFew) >> 20} MB managed more "
            + $"than {Few} rows");
        Assert.InRange(managedMany - managedFew, long.MinValue, 8L << 20);
        Assert.InRange(residentMany - residentFew, long.MinValue, 150L << 20);

        (long Managed, long Resident) Peaks(int count)
        {
            IEnumerable<PairRow> Source() => Enumerable.Range(0, count).Select(i => new PairRow
            {
                Sentence1 = scenario.Rows[i % Few].Sentence1 + rest,
                Sentence2 = scenario.Rows[i % Few].Sentence2,
                Features = scenario.Rows[i % Few].Features,
            });
            IDataView scored = transformer.Transform(scenario.Context.Data.LoadFromEnumerable(Source()));
            using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
            ValueGetter<float> probability = cursor.GetGetter<float>(scored.Schema["Probability"]);
            float value = 0;
            long managed = 0, resident = 0;
            for (int row = 0; cursor.MoveNext(); row++)
            {
                probability(ref value);
                Assert.Equal(scenario.Expected[row % Few].Probabilities.Span[1], value, 1e-5f);
                if (row % Few == Few - 1)
                {
                    resident = Math.Max(resident, ProcessMemory.AfterCollection());
                    managed = Math.Max(managed, GC.GetTotalMemory(forceFullCollection: false));
                }
            }
            return (managed, resident);
        }
    }
}
