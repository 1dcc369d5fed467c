using System.Numerics;

namespace Microsoft.ML.Data;

/// <summary>
/// Objects that are read count keys from 0, and a key beyond its count is missing; columns, and objects that are written,
/// have 0 for missing and count from 1.
/// </summary>
internal sealed class KeyConverter<T> : IMemberConverter<T, T>
    where T : struct, IUnsignedNumber<T>, IComparisonOperators<T, T, bool>
{
    private readonly T _count;

    public KeyConverter(ulong count) => _count = T.CreateSaturating(count);

    public void ToColumn(T member, ref T value) => value = member < _count ? member + T.One : T.Zero;

    public T FromColumn(ref T value, T old) => value;
}
