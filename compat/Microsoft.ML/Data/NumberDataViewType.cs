namespace Microsoft.ML.Data;

public sealed class NumberDataViewType : PrimitiveDataViewType
{
    private NumberDataViewType(Type rawType)
        : base(rawType)
    {
    }

    public static NumberDataViewType SByte { get; } = new(typeof(System.SByte));

    public static NumberDataViewType Byte { get; } = new(typeof(System.Byte));

    public static NumberDataViewType Int16 { get; } = new(typeof(System.Int16));

    public static NumberDataViewType UInt16 { get; } = new(typeof(System.UInt16));

    public static NumberDataViewType Int32 { get; } = new(typeof(System.Int32));

    public static NumberDataViewType UInt32 { get; } = new(typeof(System.UInt32));

    public static NumberDataViewType Int64 { get; } = new(typeof(System.Int64));

    public static NumberDataViewType UInt64 { get; } = new(typeof(System.UInt64));

    public static NumberDataViewType Single { get; } = new(typeof(System.Single));

    public static NumberDataViewType Double { get; } = new(typeof(System.Double));

    public override bool Equals(DataViewType other) => ReferenceEquals(this, other);

    public override string ToString() => RawType.Name;
}
