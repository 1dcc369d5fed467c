using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class DataOperationsCatalog
{
    public IDataView Cache(IDataView input, params string[] columnsToPrefetch)
    {
        ArgumentNullException.ThrowIfNull(input);
        foreach (string name in columnsToPrefetch ?? [])
            SchemaErrors.Find(input.Schema, nameof(columnsToPrefetch), "prefetch", name);
        return new CachedView(input);
    }

    public IDataView TakeRows(IDataView input, long count)
    {
        ArgumentNullException.ThrowIfNull(input);
        Check.Parameter(count > 0, nameof(count), "Must be greater than zero.");
        return new SkipTakeView(input, skip: 0, take: count);
    }

    public IDataView SkipRows(IDataView input, long count)
    {
        ArgumentNullException.ThrowIfNull(input);
        Check.Parameter(count > 0, nameof(count), "Must be greater than zero.");
        return new SkipTakeView(input, skip: count, take: long.MaxValue);
    }

    public IDataView ShuffleRows(IDataView input, int? seed = null, int shufflePoolSize = 1000, bool shuffleSource = true)
    {
        ArgumentNullException.ThrowIfNull(input);
        Check.Parameter(shufflePoolSize > 0, nameof(shufflePoolSize), "Must be positive");
        return new ShuffledView(input, seed ?? _environment.Register("Shuffle").Rand.Next(), shufflePoolSize, shuffleSource);
    }

    public IDataView FilterRowsByColumn(
        IDataView input, string columnName, double lowerBound = double.NegativeInfinity, double upperBound = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(input);
        Check.NotEmpty(columnName, nameof(columnName));
        Check.Parameter(lowerBound < upperBound, nameof(upperBound), "Must be greater than lowerBound");
        var column = input.Schema[columnName];
        if (column.Type.RawType != typeof(float) && column.Type.RawType != typeof(double))
            throw SchemaErrors.Mismatch(nameof(columnName), "filter", columnName, "number", column.Type.ToString());
        return new FilteredView(input, [column], row =>
        {
            var read = RealNumbers.Reader(row, column);
            return () => read() is var value && value >= lowerBound && value < upperBound;
        }, dependsOnOrder: false);
    }

    /// <summary>Each row falls on one side by chance, or all rows of one sampling key together; both sides keep the order.</summary>
    public TrainTestData TrainTestSplit(IDataView data, double testFraction = 0.1, string samplingKeyColumnName = null, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        Check.Parameter(testFraction is > 0 and < 1, nameof(testFraction), "Must be between 0 and 1 exclusive");
        int drawn = seed ?? _environment.Register("Split").Rand.Next();
        var chance = samplingKeyColumnName is null
            ? new RowChance(drawn)
            : new RowChance(drawn, SchemaErrors.Find(data.Schema, nameof(samplingKeyColumnName), "SamplingKey", samplingKeyColumnName));
        return new TrainTestData(Side(isTest: false), Side(isTest: true));

        FilteredView Side(bool isTest) => new(data, chance.Columns, row =>
        {
            var draw = chance.Over(row);
            return () => draw() < testFraction == isTest;
        }, dependsOnOrder: true);
    }

    public struct TrainTestData
    {
        public readonly IDataView TrainSet;
        public readonly IDataView TestSet;

        internal TrainTestData(IDataView trainSet, IDataView testSet)
        {
            TrainSet = trainSet;
            TestSet = testSet;
        }
    }
}
