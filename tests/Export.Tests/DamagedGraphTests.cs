using System.Globalization;
using BertMLNet.Export.Onnx;
using BertMLNet.Modeling;
using BertMLNet.Modeling.Tests;
using BertMLNet.TestKit;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace BertMLNet.Export.Tests;

/// <summary>
/// Feeds damaged graphs to the reader of weights: each ends in a clean error or a load, in little memory. A half is damaged as a
/// file, a half as a graph: loops, missing inputs, lying shapes. BERTMLNET_MUTATIONS sets the number, e.g. 10000.
/// </summary>
public sealed class DamagedGraphTests
{
    private const long MostMemory = 256 << 20;

    [Theory]
    [InlineData("ours")]
    [InlineData("PyTorch's")]
    public void Damaged_graphs_end_in_a_clean_error_or_a_model(string exporter)
    {
        using var folder = new TemporaryFolder();
        var golden = new GoldenFiles("pair-gelu");
        string path = Path.Combine(Path.GetDirectoryName(golden.ConfigPath)!, "exported.onnx");
        if (exporter is "ours")
            OnnxExporter.Export(GoldenModels.Load(golden), path = folder["model.onnx"]);
        byte[] good = File.ReadAllBytes(path);
        BertConfig config = BertConfig.Load(golden.ConfigPath);
        int count = int.TryParse(Environment.GetEnvironmentVariable("BERTMLNET_MUTATIONS"), CultureInfo.InvariantCulture, out int asked) ? asked : 300;

        int refused = 0;
        for (int seed = 0; seed < count; seed++)
        {
            var random = new Random(seed);
            File.WriteAllBytes(folder["damaged.onnx"], random.Next(2) == 0 ? Mutation.Of(good, random) : DamagedGraph(good, random));
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Load(folder["damaged.onnx"], config);
            }
            catch (BertMLNetException exception)
            {
                Assert.Contains("damaged.onnx", exception.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', exception.Message);
                refused++;
            }
            catch (Exception exception) when (exception is not Xunit.Sdk.IAssertionException)
            {
                Assert.Fail($"variant {seed}: {exception}");
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostMemory);
        }
        Assert.InRange(refused, count / 10, count - 1);
    }

    private static void Load(string path, BertConfig config)
    {
        using OnnxCheckpoint checkpoint = OnnxCheckpoint.Open(path);
        ParameterSet.Load(checkpoint, config, Heads.Classes);
    }

    private static byte[] DamagedGraph(byte[] good, Random random)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(good);
        for (int i = random.Next(1, 4); i > 0; i--)
            Damage(model.Graph, random);
        return model.ToByteArray();
    }

    private static void Damage(GraphProto graph, Random random)
    {
        NodeProto node = Any(graph.Node, random);
        TensorProto tensor = Any(graph.Initializer, random);
        switch (random.Next(12))
        {
            case 0 when node.Input.Count > 0:
                // Any other value: what comes later makes a loop.
                node.Input[random.Next(node.Input.Count)] = Any(Any(graph.Node, random).Output, random);
                break;
            case 1 when node.Input.Count > 0:
                node.Input.RemoveAt(random.Next(node.Input.Count));
                break;
            case 2:
                node.Input.Clear();
                break;
            case 3:
                node.Output.Clear();
                break;
            case 4:
                node.OpType = Any(graph.Node, random).OpType;
                break;
            case 5:
                graph.Node.Remove(node);
                break;
            case 6:
                graph.Node.Add(node.Clone());
                break;
            case 7 when tensor.Dims.Count > 0:
                tensor.Dims[random.Next(tensor.Dims.Count)] = Any([0L, 1L, -1L, 1L << 20, 1L << 31, 1L << 40, long.MaxValue, long.MinValue], random);
                break;
            case 8:
                tensor.Dims.Add(random.Next(3));
                break;
            case 9:
                tensor.DataType = random.Next(25);
                break;
            case 10:
                tensor.RawData = ByteString.CopyFrom(tensor.RawData.Span[..random.Next(tensor.RawData.Length + 1)]);
                break;
            default:
                graph.Initializer.Remove(tensor);
                break;
        }
    }

    private static T Any<T>(IReadOnlyList<T> list, Random random) => list[random.Next(list.Count)];

    private static string Any(RepeatedField<string> list, Random random) => list.Count == 0 ? "" : list[random.Next(list.Count)];
}
