namespace Microsoft.ML.Data;

public sealed class KeyCount
{
    public KeyCount()
    {
    }

    public KeyCount(ulong count)
    {
        Check.Parameter(count > 0, nameof(count), "A key has at least one value.");
        Count = count;
    }

    public ulong? Count;
}
