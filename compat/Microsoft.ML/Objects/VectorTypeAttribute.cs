namespace Microsoft.ML.Data;

[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, AllowMultiple = false, Inherited = true)]
public sealed class VectorTypeAttribute : Attribute
{
    public VectorTypeAttribute()
        : this([])
    {
    }

    public VectorTypeAttribute(int size)
        : this([size])
    {
    }

    public VectorTypeAttribute(params int[] dimensions)
    {
        Check.Parameter(Array.TrueForAll(dimensions, size => size >= 0), nameof(dimensions), "A dimension cannot be negative.");
        Dimensions = dimensions;
    }

    internal int[] Dimensions { get; }
}
