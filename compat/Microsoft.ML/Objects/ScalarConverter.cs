namespace Microsoft.ML.Data;

internal sealed class ScalarConverter<T> : IMemberConverter<T, T>
{
    public void ToColumn(T member, ref T value) => value = member;

    public T FromColumn(ref T value, T old) => value;
}
