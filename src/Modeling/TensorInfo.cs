namespace BertMLNet.Modeling;

/// <summary>What a checkpoint says of one tensor.</summary>
/// <param name="ElementType">The element type in upper case as safetensors writes it: F32, F16, BF16, I64, ….</param>
/// <param name="Shape">The dimensions; empty for a scalar.</param>
/// <param name="ByteCount">The bytes the tensor takes in the file.</param>
public sealed record TensorInfo(string ElementType, long[] Shape, long ByteCount)
{
    /// <summary>The number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => checked(product * size));
}
