using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.Conformance;

public class RowOperationTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _data;

    public RowOperationTests() => _data = _context.Data.LoadFromEnumerable(Sentence.Some(2000));

    [Fact]
    public void ShufflingKeepsTheRowsWholeAndTheSameSeedTheOrder()
    {
        var shuffled = _context.Data.ShuffleRows(_data, seed: 7);
        var rows = _context.Data.CreateEnumerable<Sentence>(shuffled, reuseRowObject: false).ToArray();
        Assert.NotEqual(Sentence.Some(2000).Select(row => row.Weight), rows.Select(row => row.Weight));
        Assert.Equal(Sentence.Some(2000).Select(row => row.Weight), rows.Select(row => row.Weight).Order());
        Assert.All(rows, row => Assert.Equal((int)row.Weight % 7, row.Text!.Length));
        Assert.Equal(rows.Select(row => row.Weight), shuffled.GetColumn<float>("Weight"));
        Assert.Equal(rows.Select(row => row.Weight), _context.Data.ShuffleRows(_data, seed: 7).GetColumn<float>("Weight"));
    }

    [Fact]
    public void ASplitPutsEachRowOnOneSideInOrder()
    {
        var split = _context.Data.TrainTestSplit(_data, testFraction: 0.25, seed: 3);
        float[] train = [.. split.TrainSet.GetColumn<float>("Weight")];
        float[] test = [.. split.TestSet.GetColumn<float>("Weight")];
        Assert.Equal(Enumerable.Range(0, 2000).Select(i => (float)i), train.Concat(test).Order());
        Assert.Equal(train.Order(), train);
        Assert.Equal(test.Order(), test);
        Assert.InRange(test.Length, 400, 600);
        Assert.Equal(test, split.TestSet.GetColumn<float>("Weight"));
        Assert.Equal(_data.Schema.Select(column => column.Name), split.TestSet.Schema.Where(column => !column.IsHidden).Select(column => column.Name));
    }

    [Fact]
    public void ASamplingKeyKeepsItsRowsTogether()
    {
        var split = _context.Data.TrainTestSplit(_data, testFraction: 0.5, samplingKeyColumnName: "Text", seed: 3);
        var train = split.TrainSet.GetColumn<string>("Text").ToHashSet(StringComparer.Ordinal);
        Assert.DoesNotContain(split.TestSet.GetColumn<string>("Text"), train.Contains);
    }

    [Fact]
    public void AFilterKeepsFromTheLowerToBelowTheUpperBound()
        => Assert.Equal([5f, 6, 7], _context.Data.FilterRowsByColumn(_data, "Weight", 5, 8).GetColumn<float>("Weight"));

    [Fact]
    public void AFilterDropsWhatIsNotANumber()
    {
        var data = _context.Data.LoadFromEnumerable([new { Value = 1f }, new { Value = float.NaN }]);
        Assert.Single(_context.Data.FilterRowsByColumn(data, "Value").GetColumn<float>("Value"));
    }

    [Fact]
    public void ACacheMayBeShuffledAndKeepsVectorsApart()
    {
        var data = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 5).Select(i => new { Pair = new float[] { i, -i } }));
        var cached = _context.Data.Cache(data);
        Assert.True(cached.CanShuffle);
        Assert.Equal([0f, 1, 2, 3, 4], cached.GetColumn<float[]>("Pair").Select(pair => pair[0]));
        Assert.Equal([0f, -1, -2, -3, -4], cached.GetColumn<float[]>("Pair").Select(pair => pair[1]));
    }

    [Fact]
    public void APreviewHoldsTheFirstRowsByRowAndByColumn()
    {
        var preview = _data.Preview(maxRows: 3);
        Assert.Equal("3 columns, 3 rows", preview.ToString());
        Assert.Equal("Weight", preview.RowView[2].Values[1].Key);
        Assert.Equal(2f, preview.RowView[2].Values[1].Value);
        Assert.Equal([0f, 1f, 2f], preview.ColumnView[1].Values.Cast<float>());
        Assert.Equal("Weight: Single", preview.ColumnView[1].ToString());
    }

    [Fact]
    public void APreviewOfAnEstimatorFitsItFirst()
    {
        var preview = new LengthEstimator("Text", 4).Preview(_data, maxRows: 2);
        Assert.Equal(5, preview.ColumnView.Length);
        Assert.Equal(2, preview.RowView.Length);
    }
}
