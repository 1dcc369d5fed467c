using BertMLNet.Export.Onnx;
using BertMLNet.TestKit;

namespace BertMLNet.Export.Tests;

/// <summary>Constants are read in every form that the ONNX format has for floating-point elements.</summary>
public sealed class OnnxTensorReaderTests
{
    // Each is exact in all four types.
    private static readonly float[] Values = [0, -0.5f, 1.25f, -96, 3.0517578125e-05f, float.PositiveInfinity];

    [Theory]
    [InlineData(ElementType.Float)]
    [InlineData(ElementType.Double)]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.BFloat16)]
    public void Elements_may_be_written_one_by_one(ElementType type)
    {
        TensorProto tensor = Constant(type, Values.Length);
        switch (type)
        {
            case ElementType.Float:
                tensor.FloatData.Add(Values);
                break;
            case ElementType.Double:
                tensor.DoubleData.Add(Values.Select(value => (double)value));
                break;
            case ElementType.Float16:
                tensor.Int32Data.Add(Values.Select(value => (int)BitConverter.HalfToUInt16Bits((Half)value)));
                break;
            default:
                tensor.Int32Data.Add(Values.Select(value => (int)(BitConverter.SingleToUInt32Bits(value) >> 16)));
                break;
        }
        float[] read = new float[Values.Length];
        new OnnxTensorReader("model.onnx").Read(tensor, read);
        Assert.Equal(Values, read);
    }

    /// <summary>A second copy of a constant in bytes would end at 2 GiB, however much memory there is.</summary>
    [Fact]
    public void Elements_in_another_file_are_not_held_twice()
    {
        const int Count = 4 << 20;
        using var folder = new TemporaryFolder();
        using (FileStream data = File.Create(folder["weights.bin"]))
        {
            data.SetLength(Count * (long)sizeof(double));
            data.Position = (Count - 1) * (long)sizeof(double);
            data.Write(BitConverter.GetBytes(2.5));
        }
        TensorProto tensor = Constant(ElementType.Double, Count);
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "weights.bin" });

        float[] read = new float[Count];
        long before = GC.GetAllocatedBytesForCurrentThread();
        new OnnxTensorReader(folder["model.onnx"]).Read(tensor, read);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 << 20);
        Assert.Equal((0, 2.5f), (read[0], read[^1]));
    }

    private static TensorProto Constant(ElementType type, long count) => new() { Name = "w", DataType = (int)type, Dims = { count } };
}
