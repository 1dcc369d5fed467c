using Microsoft.ML.OnnxRuntime;

namespace BertMLNet.Training;

/// <summary>
/// Pinned memory that grows to the largest tensor seen and is lent to ONNX Runtime call by call, so that steps allocate nothing
/// large.
/// </summary>
internal sealed class TensorBuffer<T>
    where T : unmanaged
{
    private T[] _memory = [];

    /// <summary>The memory of a tensor of the given shape; what it held is gone.</summary>
    public Memory<T> Take(params ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long size in shape)
            count = checked(count * size);
        if (_memory.Length < count)
            _memory = GC.AllocateUninitializedArray<T>(checked((int)(count + count / 4)), pinned: true);
        return _memory.AsMemory(0, (int)count);
    }

    /// <summary>What the last <see cref="Take"/> gave, <paramref name="count"/> elements of it.</summary>
    public ReadOnlySpan<T> Read(long count) => _memory.AsSpan(0, (int)count);

    /// <summary>Shows memory to ONNX Runtime as a tensor.</summary>
    public static OrtValue Tensor(Memory<T> memory, long[] shape) =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory, shape);
}
