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

        using BertTransformer transformer = scenario.Fit();
        IDataView scored = transformer.Transform(scenario.Context.Data.LoadFromEnumerable(Broken()));
        Assert.Equal("row 41", Assert.Throws<FormatException>(() => scored.GetColumn<float>("Probability").ToList()).Message);
    }

    [Theory]
    [InlineData("Probability")]
    [InlineData("Weight")]
    public void Leaving_half_way_disposes_the_source(string column)
    {
        using var scenario = new Scenario(100);
        using BertTransformer transformer = scenario.Fit();
        var source = new WatchedView(scenario.Data);
        IDataView scored = transformer.Transform(source);
        using (DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema[column]]))
        {
            Assert.True(cursor.MoveNext());
            Assert.Equal(1, source.Open);
        }
        Assert.Equal(0, source.Open);
    }
}
