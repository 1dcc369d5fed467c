using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.Conformance;

public class ColumnTypeTests
{
    [Fact]
    public void TypesSayTheirNames()
    {
        Assert.Equal("String", TextDataViewType.Instance.ToString());
        Assert.Equal("Boolean", BooleanDataViewType.Instance.ToString());
        Assert.Equal("Single", NumberDataViewType.Single.ToString());
        Assert.Equal("Vector<Single, 3>", new VectorDataViewType(NumberDataViewType.Single, 3).ToString());
        Assert.Equal("Vector<Int64>", new VectorDataViewType(NumberDataViewType.Int64).ToString());
        Assert.Equal("Vector<Single, *, 4>", new VectorDataViewType(NumberDataViewType.Single, 0, 4).ToString());
        Assert.Equal("Key<UInt32, 0-1>", new KeyDataViewType(typeof(uint), 2).ToString());
    }

    [Fact]
    public void RawTypesAreWhatGettersDeliver()
    {
        Assert.Equal(typeof(ReadOnlyMemory<char>), TextDataViewType.Instance.RawType);
        Assert.Equal(typeof(VBuffer<long>), new VectorDataViewType(NumberDataViewType.Int64).RawType);
        Assert.Equal(typeof(uint), new KeyDataViewType(typeof(uint), 3).RawType);
        Assert.Equal(typeof(DataViewRowId), RowIdDataViewType.Instance.RawType);
    }

    [Fact]
    public void VectorsAreEqualByItemAndDimensions()
    {
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 3), new VectorDataViewType(NumberDataViewType.Single, 3));
        Assert.NotEqual(new VectorDataViewType(NumberDataViewType.Single, 6), new VectorDataViewType(NumberDataViewType.Single, 2, 3));
        Assert.Equal(6, new VectorDataViewType(NumberDataViewType.Single, 2, 3).Size);
        Assert.False(new VectorDataViewType(NumberDataViewType.Single).IsKnownSize);
    }

    [Fact]
    public void KeysAreEqualByTypeAndCount()
    {
        Assert.Equal(new KeyDataViewType(typeof(uint), 3), new KeyDataViewType(typeof(uint), 3ul));
        Assert.NotEqual(new KeyDataViewType(typeof(uint), 3), new KeyDataViewType(typeof(uint), 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(int), 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(byte), 256));
    }

    [Fact]
    public void RowIdsForkAndCombineWithoutCollisions()
    {
        var ids = new HashSet<DataViewRowId>();
        for (ulong i = 0; i < 100; i++)
        {
            var id = new DataViewRowId(i, 0);
            Assert.True(ids.Add(id.Next()));
            Assert.True(ids.Add(id.Fork()));
            Assert.True(ids.Add(id.Combine(new DataViewRowId(7, 9))));
        }

        Assert.True(new DataViewRowId(9, 1).CompareTo(new DataViewRowId(0, 2)) < 0);
        Assert.Equal("00000000000000010000000000000002", new DataViewRowId(2, 1).ToString());
    }
}
