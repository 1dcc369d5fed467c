using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.Conformance;

public class VectorTests
{
    [Fact]
    public void ASparseVectorReadsAsADenseOneWithDefaults()
    {
        var sparse = new VBuffer<float>(5, 2, [7, 8], [1, 3]);

        Assert.False(sparse.IsDense);
        Assert.Equal([0, 7, 0, 8, 0], sparse.DenseValues());
        Assert.Equal([1, 3], sparse.Items().Select(item => item.Key));
        Assert.Equal([0, 1, 2, 3, 4], sparse.Items(all: true).Select(item => item.Key));
        Assert.Equal(8, sparse.GetItemOrDefault(3));
        Assert.Equal(0, sparse.GetItemOrDefault(4));
        VBuffer<float> dense = default;
        sparse.CopyToDense(ref dense);
        Assert.True(dense.IsDense);
        Assert.Equal([0, 7, 0, 8, 0], dense.GetValues().ToArray());
        var array = new float[7];
        sparse.CopyTo(array, 1, -1);
        Assert.Equal([0, -1, 7, -1, 8, -1, 0], array);
    }

    [Fact]
    public void ASliceOfASparseVectorKeepsItsPlaces()
    {
        var sparse = new VBuffer<float>(6, 3, [7, 8, 9], [0, 2, 5]);
        VBuffer<float> slice = default;
        sparse.CopyTo(ref slice, 1, 4);
        Assert.Equal([0, 8, 0, 0], slice.DenseValues());
    }

    [Fact]
    public void AnEditorReusesTheArraysOfTheVectorItWritesInto()
    {
        VBuffer<int> vector = default;
        var first = VBufferEditor.Create(ref vector, 4);
        Assert.True(first.CreatedNewValues);
        first.Values.Fill(1);
        vector = first.Commit();

        var second = VBufferEditor.Create(ref vector, 3);
        Assert.False(second.CreatedNewValues);
        second.Values.Fill(2);
        vector = second.Commit();
        Assert.Equal([2, 2, 2], vector.GetValues().ToArray());
    }

    [Fact]
    public void ADefaultVectorIsEmptyAndDense()
    {
        VBuffer<int> vector = default;
        Assert.Equal(0, vector.Length);
        Assert.True(vector.IsDense);
        Assert.Empty(vector.DenseValues());
    }

    [Fact]
    public void CountsThatDoNotFitAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new VBuffer<int>(3, [1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VBuffer<int>(3, 2, [1, 2], [1]));
        VBuffer<int> vector = default;
        Assert.Throws<ArgumentOutOfRangeException>(() => vector.GetItemOrDefault(0));
    }
}
