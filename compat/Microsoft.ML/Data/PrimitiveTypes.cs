namespace Microsoft.ML.Data;

/// <summary>The built-in primitive column types by what they hold.</summary>
internal static class PrimitiveTypes
{
    private static readonly PrimitiveDataViewType[] ByKind =
    [
        NumberDataViewType.SByte, NumberDataViewType.Byte, NumberDataViewType.Int16, NumberDataViewType.UInt16,
        NumberDataViewType.Int32, NumberDataViewType.UInt32, NumberDataViewType.Int64, NumberDataViewType.UInt64,
        NumberDataViewType.Single, NumberDataViewType.Double, TextDataViewType.Instance, BooleanDataViewType.Instance,
        TimeSpanDataViewType.Instance, DateTimeDataViewType.Instance, DateTimeOffsetDataViewType.Instance,
    ];

    private static readonly Dictionary<Type, PrimitiveDataViewType> ByRawType =
        ByKind.Append(RowIdDataViewType.Instance).ToDictionary(type => type.RawType);

    public static PrimitiveDataViewType Of(DataKind kind) => ByKind[kind - DataKind.SByte];

    public static bool TryGet(Type rawType, out PrimitiveDataViewType type) => ByRawType.TryGetValue(rawType, out type);

    /// <summary>The <see cref="DataKind"/> of a type; keys have that of the number beneath.</summary>
    public static DataKind KindOf(PrimitiveDataViewType type)
    {
        int index = Array.FindIndex(ByKind, candidate => candidate.RawType == type.RawType);
        Check.That(index >= 0, $"Columns of type {type} have no data kind.");
        return (DataKind)((int)DataKind.SByte + index);
    }
}
