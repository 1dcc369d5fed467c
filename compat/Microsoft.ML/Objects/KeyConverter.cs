using System.Numerics;

namespace Microsoft.ML.Data;

/// <summary>A key beyond its count is "missing": 0.</summary>
internal sealed class KeyConverter<T> : IMemberConverter<T, T>
    where T : struct, IUnsignedNumber<T>, IComparisonOperators<T, T, bool>
{
    private readonly T _count;

    public KeyConverter(ulong count) => _count = T.CreateSaturating(count);

    public void ToColumn(T member, ref T value) => value = member <= _count ? member : T.Zero;

    public T FromColumn(ref T value, T old) => value;
}
