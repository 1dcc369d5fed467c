using BertMLNet.Export.Onnx;
using BertMLNet.Modeling;
using BertMLNet.TestKit;
using Google.Protobuf;

namespace BertMLNet.Export.Tests;

/// <summary>Constants are read in every form that the ONNX format has for floating-point elements.</summary>
public sealed class OnnxConstantTests
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
        using var folder = new TemporaryFolder();
        float[] read = new float[Values.Length];
        Read(tensor, folder, read);
        Assert.Equal(Values, read);

        tensor.Dims[0]++;
        string message = Assert.Throws<BertMLNetException>(() => Read(tensor, folder, new float[Values.Length + 1])).Message;
        Assert.Contains("holds 6 elements, expected 7 of its shape [7]", message, StringComparison.Ordinal);
    }

    /// <summary>Writers that know nothing of packing put each element into a field of its own.</summary>
    [Fact]
    public void Elements_may_each_have_a_field()
    {
        byte[] tensor = [8, 2, 16, 1, .. Values[1..3].SelectMany(value => (byte[])[4 << 3 | 5, .. BitConverter.GetBytes(value)])];
        byte[] graph = [5 << 3 | 2, (byte)tensor.Length, .. tensor];
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["model.onnx"], [7 << 3 | 2, (byte)graph.Length, .. graph]);
        float[] read = new float[2];
        using var file = new TensorFile(folder["model.onnx"]);
        Assert.Single(OnnxFile.Read(file.Path).Graph.Constants).Read(file, read);
        Assert.Equal(Values[1..3], read);
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
        Read(tensor, folder, read);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 << 20);
        Assert.Equal((0, 2.5f), (read[0], read[^1]));
    }

    private static void Read(TensorProto tensor, TemporaryFolder folder, float[] destination)
    {
        File.WriteAllBytes(folder["model.onnx"], new ModelProto { Graph = new GraphProto { Initializer = { tensor } } }.ToByteArray());
        using var file = new TensorFile(folder["model.onnx"]);
        Assert.Single(OnnxFile.Read(file.Path).Graph.Constants).Read(file, destination);
    }

    private static TensorProto Constant(ElementType type, long count) => new() { Name = "w", DataType = (int)type, Dims = { count } };
}
