using System.Buffers.Binary;
using System.Text;
using BertMLNet.TestKit;

namespace BertMLNet.Modeling.Tests;

public sealed class SafetensorsTests
{
    [Theory]
    [InlineData("F32", 0f)]
    [InlineData("F16", 1 / 2048f)]
    [InlineData("BF16", 1 / 256f)]
    public void What_is_written_is_read_back(string elementType, float relativeError)
    {
        using var folder = new TemporaryFolder();
        ParameterSet saved = Models.Random(Models.Tiny, Heads.Classes, seed: 1);
        SafetensorsWriter.Write(folder["m.safetensors"], Models.Tensors(saved), name => saved[name], elementType);

        using var checkpoint = SafetensorsCheckpoint.Open(folder["m.safetensors"]);

        Assert.Equal("pt", checkpoint.Metadata["format"]);
        foreach (ParameterSpec spec in saved.Specs)
        {
            Assert.Equal(elementType, checkpoint.Tensors[spec.Name].ElementType);
            float[] values = checkpoint.Read(spec.Name);
            for (int i = 0; i < values.Length; i++)
                Assert.InRange(values[i], saved[spec.Name][i] - relativeError, saved[spec.Name][i] + relativeError);
        }
    }

    [Theory]
    [InlineData(1f, 0x3F80)]
    [InlineData(1.00390625f, 0x3F80)] // halfway, to even
    [InlineData(1.01171875f, 0x3F82)] // halfway, to even
    [InlineData(float.NaN, 0xFFC0)]
    [InlineData(float.PositiveInfinity, 0x7F80)]
    [InlineData(float.MaxValue, 0x7F80)]
    public void Brain_floats_are_rounded_to_nearest_even(float value, int bits)
    {
        byte[] bytes = new byte[2];
        ElementTypes.Narrow("BF16", [value], bytes);

        Assert.Equal(bits, BinaryPrimitives.ReadUInt16LittleEndian(bytes));
    }

    [Fact]
    public void The_same_weights_give_the_same_bytes()
    {
        using var folder = new TemporaryFolder();
        ParameterSet saved = Models.Random(Models.Tiny, Heads.Encoder, seed: 1);
        new ModelFolder(folder["a"]).Save(saved);
        using ICheckpoint checkpoint = CheckpointFormats.Open(folder["a"]);
        new ModelFolder(folder["b"]).Save(ParameterSet.Load(checkpoint, Models.Tiny, Heads.Encoder).Parameters);

        Assert.Equal(File.ReadAllBytes(folder["a/model.safetensors"]), File.ReadAllBytes(folder["b/model.safetensors"]));
    }

    [Fact]
    public void The_data_start_at_a_multiple_of_eight()
    {
        using var folder = new TemporaryFolder();
        SafetensorsWriter.Write(folder["m"], [("a", [1])], _ => new float[1]);

        Assert.Equal(0, BinaryPrimitives.ReadInt64LittleEndian(File.ReadAllBytes(folder["m"])) % 8);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "'b'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "'b'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8, "the file has")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "twice")]
    [InlineData("""{"a":{"dtype":"Q4","shape":[1],"data_offsets":[0,4]}}""", 4, "\"Q4\"")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "4 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}""", 4, "4 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}""", 4, "shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,400]}}""", 4, "[0, 400]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "[4, 0]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}""", 4, "\"data_offsets\" has 3 numbers, expected 2")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,{}],"data_offsets":[0,4]}}""", 4, "\"shape\" has 17 numbers, expected at most 16")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1,{}],"data_offsets":[0,4]}}""", 4, "whole numbers")]
    [InlineData("""{"a":7}""", 0, "'a'")]
    [InlineData("[]", 0, "object")]
    [InlineData("{\"a\"", 0, "JSON")]
    public void Headers_that_lie_are_refused(string header, int dataBytes, string expected)
    {
        using var folder = new TemporaryFolder();
        Write(folder["bad.safetensors"], (ulong)header.Length, header, dataBytes);

        var error = Assert.Throws<BertMLNetException>(() => CheckpointFormats.Open(folder["bad.safetensors"]));

        Assert.Contains("bad.safetensors", error.Message);
        Assert.Contains(expected, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(100UL)]
    [InlineData(1UL << 40)]
    [InlineData(ulong.MaxValue)]
    public void A_header_length_that_lies_is_refused(ulong length)
    {
        using var folder = new TemporaryFolder();
        Write(folder["bad.safetensors"], length, "{}", 0);

        Assert.Throws<BertMLNetException>(() => CheckpointFormats.Open(folder["bad.safetensors"]));
    }

    [Fact]
    public void Shards_are_read_through_their_index()
    {
        using var folder = new TemporaryFolder();
        ParameterSet saved = Models.Random(Models.Tiny, Heads.Encoder, seed: 1);
        WriteShards(folder, saved);

        using ICheckpoint checkpoint = CheckpointFormats.Open(folder.Path);

        Models.AssertEqual(saved, ParameterSet.Load(checkpoint, Models.Tiny, Heads.Encoder).Parameters);
    }

    [Theory]
    [InlineData("s-0.safetensors", "../s-0.safetensors", "own folder")]
    [InlineData("s-0.safetensors", "s-0\\u0000.safetensors", "own folder")]
    [InlineData("s-0.safetensors", "s-9.safetensors", "no such file")]
    [InlineData("bert.pooler.dense.bias", "made.up", "'made.up'")]
    [InlineData("weight_map", "map", "weight_map")]
    public void An_index_that_lies_is_refused(string old, string with, string expected)
    {
        using var folder = new TemporaryFolder();
        WriteShards(folder, Models.Random(Models.Tiny, Heads.Encoder, seed: 1));
        string index = folder["model.safetensors.index.json"];
        File.WriteAllText(index, File.ReadAllText(index).Replace(old, with, StringComparison.Ordinal));

        Assert.Contains(expected, Assert.Throws<BertMLNetException>(() => CheckpointFormats.Open(folder.Path)).Message);
    }

    private static void WriteShards(TemporaryFolder folder, ParameterSet saved)
    {
        (string Name, int[] Shape)[] tensors = Models.Tensors(saved);
        var map = new List<string>();
        for (int shard = 0; shard < 2; shard++)
        {
            (string Name, int[] Shape)[] part = [.. tensors.Where((_, i) => i % 2 == shard)];
            SafetensorsWriter.Write(folder[$"s-{shard}.safetensors"], part, name => saved[name]);
            map.AddRange(part.Select(tensor => $"\"{tensor.Name}\": \"s-{shard}.safetensors\""));
        }
        File.WriteAllText(folder["model.safetensors.index.json"], $$"""{"metadata": {}, "weight_map": { {{string.Join(", ", map)}} } }""");
    }

    private static void Write(string path, ulong length, string header, int dataBytes)
    {
        using FileStream stream = File.Create(path);
        stream.Write(BitConverter.GetBytes(length));
        stream.Write(Encoding.UTF8.GetBytes(header));
        stream.Write(new byte[dataBytes]);
    }
}
