namespace Microsoft.ML.Data;

internal static class VectorCopy
{
    public static void Copy<T>(VBuffer<T> source, ref VBuffer<T> destination) => source.CopyTo(ref destination);
}
