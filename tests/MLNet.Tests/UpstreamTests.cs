using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Tests;

/// <summary>Failing sources, and consumers that leave half way.</summary>
public sealed class UpstreamTests
{
    [Fact]
    public void A_throwing_source_surfaces_its_own_exception()
    {
        using var scenario = new Scenario(1);
        static IEnumerable<PairRow> Broken()
        {
            foreach (PairRow row in PairRow.Many(40))
                yield return row;
            throw new FormatException("row 41");
        }

        using BertPairTransformer transformer = scenario.Fit();
        IDataView scored = transformer.Transform(scenario.Context.Data.LoadFromEnumerable(Broken()));
        Assert.Equal("row 41", Assert.Throws<FormatException>(() => scored.GetColumn<float>("Probability").ToList()).Message);
    }

    [Theory]
    [InlineData("Probability")]
    [InlineData("Weight")]
    public void Leaving_half_way_disposes_the_source(string column)
    {
        using var scenario = new Scenario(100);
        using BertPairTransformer transformer = scenario.Fit();
        var source = new WatchedView(scenario.Data);
        IDataView scored = transformer.Transform(source);
        using (DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema[column]]))
        {
            Assert.True(cursor.MoveNext());
            Assert.Equal(1, source.Open);
        }
        Assert.Equal(0, source.Open);
    }

    [Fact]
    public void Many_rows_take_no_more_memory_than_few()
    {
        // The whole hundred thousand on demand; fewer, which a leak of a kilobyte a row still gives away, in every run.
        int rows = Environment.GetEnvironmentVariable("BERTMLNET_TEST_ROWS") is { Length: > 0 } asked
            ? int.Parse(asked, System.Globalization.CultureInfo.InvariantCulture)
            : 6_000;
        long limit = Math.Max(4L << 20, Math.Min(150L << 20, rows * 1000L));
        using var scenario = new Scenario(1000);
        using BertPairTransformer transformer = scenario.Fit();

        long few = PeakBytes(1000), many = PeakBytes(rows);
        Assert.InRange(many - few, long.MinValue, limit);

        long PeakBytes(int count)
        {
            IEnumerable<PairRow> Source() => Enumerable.Range(0, count).Select(i => scenario.Rows[i % 1000]);
            IDataView scored = transformer.Transform(scenario.Context.Data.LoadFromEnumerable(Source()));
            using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
            ValueGetter<float> probability = cursor.GetGetter<float>(scored.Schema["Probability"]);
            float value = 0;
            long peak = 0;
            for (int row = 0; cursor.MoveNext(); row++)
            {
                probability(ref value);
                Assert.Equal(scenario.Expected[row % 1000].Probabilities.Span[1], value, 1e-5f);
                if (row % 1000 == 999)
                    peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: true));
            }
            return peak;
        }
    }
}
