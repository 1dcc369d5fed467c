namespace Microsoft.ML.Data;

internal sealed class TextArrayConverter : IMemberConverter<string[], VBuffer<ReadOnlyMemory<char>>>
{
    public void ToColumn(string[] member, ref VBuffer<ReadOnlyMemory<char>> value)
    {
        var editor = VBufferEditor.Create(ref value, member?.Length ?? 0);
        for (int i = 0; i < editor.Values.Length; i++)
            editor.Values[i] = member[i].AsMemory();
        value = editor.Commit();
    }

    public string[] FromColumn(ref VBuffer<ReadOnlyMemory<char>> value, string[] old)
    {
        var array = old?.Length == value.Length ? old : new string[value.Length];
        foreach (var (slot, text) in value.Items(all: true))
            array[slot] = text.ToString();
        return array;
    }
}
