namespace Microsoft.ML.Data;

/// <summary>A null string is empty text; the way back gives an empty string.</summary>
internal sealed class TextConverter : IMemberConverter<string, ReadOnlyMemory<char>>
{
    public void ToColumn(string member, ref ReadOnlyMemory<char> value) => value = member.AsMemory();

    public string FromColumn(ref ReadOnlyMemory<char> value, string old) => value.ToString();
}
