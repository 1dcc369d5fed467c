namespace BertMLNet.Modeling;

/// <summary>A tensor as a pickle describes it: element [i, j, …] lies at Offset + i · Strides[0] + j · Strides[1] + … of its storage.</summary>
internal sealed record TorchTensor(TorchStorage Storage, long Offset, long[] Shape, long[] Strides)
{
    /// <summary>The number of elements.</summary>
    public long Count { get; } = Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>Whether the elements lie row-major in one piece.</summary>
    public bool IsContiguous
    {
        get
        {
            long expected = 1;
            for (int i = Shape.Length - 1; i >= 0; i--)
            {
                if (Shape[i] != 1 && Strides[i] != expected)
                    return false;
                expected *= Shape[i];
            }
            return true;
        }
    }

    /// <summary>The elements from the first to the last that the tensor takes in its storage.</summary>
    public long Extent
    {
        get
        {
            if (Count == 0)
                return 0;
            long last = 0;
            for (int i = 0; i < Shape.Length; i++)
                last += (Shape[i] - 1) * Strides[i];
            return last + 1;
        }
    }
}
