using System.Collections.Immutable;
using System.Globalization;

namespace Microsoft.ML.Data;

public sealed class VectorDataViewType : StructuredDataViewType
{
    public VectorDataViewType(PrimitiveDataViewType itemType, int size = 0)
        : this(itemType, ImmutableArray.Create(size))
    {
    }

    public VectorDataViewType(PrimitiveDataViewType itemType, params int[] dimensions)
        : this(itemType, dimensions is null ? [] : ImmutableArray.Create(dimensions))
    {
    }

    public VectorDataViewType(PrimitiveDataViewType itemType, ImmutableArray<int> dimensions)
        : base(VBufferOf(itemType))
    {
        Check.Parameter(dimensions.Length > 0, nameof(dimensions), "A vector has at least one dimension.");
        Check.Parameter(dimensions.All(d => d >= 0), nameof(dimensions), "A dimension cannot be negative.");
        ItemType = itemType;
        Dimensions = dimensions;
        Size = dimensions.Aggregate(1, (product, dimension) => checked(product * dimension));
    }

    public ImmutableArray<int> Dimensions { get; }

    public bool IsKnownSize => Size > 0;

    public PrimitiveDataViewType ItemType { get; }

    /// <summary>The product of the dimensions; 0 when a length varies from row to row.</summary>
    public int Size { get; }

    public override bool Equals(DataViewType other)
        => other is VectorDataViewType vector && vector.ItemType.Equals(ItemType) && vector.Dimensions.SequenceEqual(Dimensions);

    public override bool Equals(object other) => other is DataViewType type && Equals(type);

    public override int GetHashCode() => HashCode.Combine(ItemType, Size, Dimensions.Length);

    public override string ToString()
    {
        string shape = Dimensions.Length == 1
            ? Size > 0 ? $", {Size.ToString(CultureInfo.InvariantCulture)}" : ""
            : string.Concat(Dimensions.Select(d => d > 0 ? $", {d.ToString(CultureInfo.InvariantCulture)}" : ", *"));
        return $"Vector<{ItemType}{shape}>";
    }

    private static Type VBufferOf(PrimitiveDataViewType itemType)
    {
        ArgumentNullException.ThrowIfNull(itemType);
        return typeof(VBuffer<>).MakeGenericType(itemType.RawType);
    }
}
