namespace Microsoft.ML.Data;

internal sealed class VectorConverter<T> : IMemberConverter<VBuffer<T>, VBuffer<T>>
{
    public void ToColumn(VBuffer<T> member, ref VBuffer<T> value) => member.CopyTo(ref value);

    public VBuffer<T> FromColumn(ref VBuffer<T> value, VBuffer<T> old)
    {
        value.CopyTo(ref old);
        return old;
    }
}
