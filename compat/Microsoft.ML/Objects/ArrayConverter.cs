namespace Microsoft.ML.Data;

internal sealed class ArrayConverter<T> : IMemberConverter<T[], VBuffer<T>>
{
    public void ToColumn(T[] member, ref VBuffer<T> value)
    {
        var editor = VBufferEditor.Create(ref value, member?.Length ?? 0);
        member.AsSpan().CopyTo(editor.Values);
        value = editor.Commit();
    }

    public T[] FromColumn(ref VBuffer<T> value, T[] old)
    {
        var array = old?.Length == value.Length ? old : new T[value.Length];
        value.CopyTo(array);
        return array;
    }
}
