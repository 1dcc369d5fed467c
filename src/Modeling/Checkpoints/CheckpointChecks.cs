namespace BertMLNet.Modeling;

/// <summary>The checks that checkpoint readers share.</summary>
internal static class CheckpointChecks
{
    /// <summary>Finds a tensor that is about to be read as floating point into <paramref name="length"/> elements.</summary>
    public static TensorInfo RequireReadable(this ICheckpoint checkpoint, string name, int length)
    {
        if (!checkpoint.Tensors.TryGetValue(name, out TensorInfo? info))
            throw new BertMLNetException($"{checkpoint.Path}: holds no tensor '{name}'.");
        if (!ElementTypes.IsFloatingPoint(info.ElementType))
            throw new BertMLNetException($"{checkpoint.Path}: tensor '{name}' is of type {info.ElementType}, expected F32, F16, BF16 or F64.");
        if (info.Count != length)
            throw new BertMLNetException($"{checkpoint.Path}: tensor '{name}' has {info.Count} elements, expected {length}.");
        return info;
    }

    /// <summary>The number of elements of a shape from a file; null where a size is negative or the product overflows.</summary>
    public static long? CountOf(ReadOnlySpan<long> shape)
    {
        long count = 1;
        bool zero = false;
        foreach (long size in shape)
        {
            if (size < 0)
                return null;
            zero |= size == 0;
            if (!zero && size > long.MaxValue / 16 / count)
                return null;
            count *= zero ? 1 : size;
        }
        return zero ? 0 : count;
    }
}
