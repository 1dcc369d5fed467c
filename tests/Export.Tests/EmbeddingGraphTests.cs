using System.Numerics.Tensors;
using System.Text.Json;
using BertMLNet.Modeling;
using BertMLNet.TestKit;

namespace BertMLNet.Export.Tests;

/// <summary>PyTorch is the oracle of pooling inside the graph, for every kind of it and every kind of graph.</summary>
public sealed class EmbeddingGraphTests
{
    public static TheoryData<string, string, GraphPrecision, GraphOperators, float> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, GraphPrecision, GraphOperators, float>();
            foreach (string name in GoldenFiles.Names.Where(name => name.StartsWith("pair", StringComparison.Ordinal)))
            {
                bool hasPooler = BertConfig.Load(new GoldenFiles(name).ConfigPath).Encoder.HasPooler;
                foreach (string pooling in EmbeddingSettings.PoolingNames.Where(pooling => hasPooler || pooling is not "pooler"))
                {
                    cases.Add(name, pooling, GraphPrecision.Single, GraphOperators.Standard, 1e-4f);
                    if (name != "pair-gelu")
                        continue;
                    cases.Add(name, pooling, GraphPrecision.Single, GraphOperators.Fused, 1e-4f);
                    // Roundings to 11 bits, or to 8 with one scale a row; the sum over the root of 40 tokens is six times the mean.
                    cases.Add(name, pooling, GraphPrecision.Half, GraphOperators.Standard, 0.04f);
                    cases.Add(name, pooling, GraphPrecision.Int8, GraphOperators.Standard, 0.6f);
                }
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Vectors_equal_PyTorchs(string name, string pooling, GraphPrecision precision, GraphOperators operators, float allowed)
    {
        var golden = new GoldenFiles(name);
        float[] expected = Expected(golden, pooling);
        float[] plain = Vectors(golden, pooling, normalize: false, precision, operators);
        Assert.InRange(GraphVerifier.LargestDifference(plain, expected), 0f, allowed);

        int width = plain.Length / golden.Lengths.Length;
        float[] scaled = Vectors(golden, pooling, normalize: true, precision, operators);
        for (int row = 0; row < golden.Lengths.Length; row++)
        {
            ReadOnlySpan<float> vector = scaled.AsSpan(row * width, width);
            Assert.Equal(1f, TensorPrimitives.Norm(vector), precision == GraphPrecision.Half ? 2e-3f : 1e-5f);
            float cosine = TensorPrimitives.CosineSimilarity(vector, expected.AsSpan(row * width, width));
            Assert.InRange(cosine, precision == GraphPrecision.Single ? 0.99999f : precision == GraphPrecision.Half ? 0.9999f : 0.98f, 1.00001f);
        }
    }

    [Theory]
    [InlineData("pair-distilbert")]
    [InlineData("pair-electra")]
    public void Without_a_pooler_the_graph_has_no_output_of_one_and_vectors_come_from_elsewhere(string name)
    {
        using var folder = new TemporaryFolder();
        OnnxExporter.Export(Load(new GoldenFiles(name), Heads.Embedding(Pooling.Mean, normalize: false)), folder["m.onnx"]);
        Assert.Equal(["last_hidden_state", "sentence_embedding"], GraphSummary.Read(folder["m.onnx"]).Outputs.Select(port => port.Name));

        foreach (bool normalize in new[] { false, true })
        {
            var error = Assert.Throws<BertMLNetException>(() => Load(new GoldenFiles(name), Heads.Embedding(Pooling.Pooler, normalize)));
            Assert.Contains("has no pooler; take another pooling", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_graph_also_gives_what_others_pool_themselves()
    {
        using var folder = new TemporaryFolder();
        OnnxExporter.Export(Load(new GoldenFiles("pair-gelu"), Heads.Embedding(Pooling.Mean, normalize: true)), folder["m.onnx"]);
        GraphSummary graph = GraphSummary.Read(folder["m.onnx"]);
        Assert.Equal(
            [("last_hidden_state", "batch, sequence, 16"), ("pooler_output", "batch, 16"), ("sentence_embedding", "batch, 16")],
            graph.Outputs.Select(port => (port.Name, string.Join(", ", port.Shape!))));
        Assert.Equal(17, graph.Opsets.Single().Value);
    }

    private static float[] Vectors(GoldenFiles golden, string pooling, bool normalize, GraphPrecision precision, GraphOperators operators)
    {
        using var folder = new TemporaryFolder();
        ParameterSet parameters = Load(golden, Heads.Embedding(EmbeddingSettings.PoolingOf(pooling), normalize));
        OnnxExporter.Export(parameters, folder["m.onnx"], new() { Precision = precision, Operators = operators });
        using var verifier = new GraphVerifier(folder["m.onnx"]);
        return verifier.Run(golden.Lengths, golden.InputIds, golden.TokenTypeIds)[TensorNames.SentenceEmbedding];
    }

    private static ParameterSet Load(GoldenFiles golden, Head head)
    {
        using ICheckpoint weights = SafetensorsCheckpoint.Open(golden.WeightsPath);
        return ParameterSet.Load(weights, BertConfig.Load(golden.ConfigPath), head).Parameters;
    }

    private static float[] Expected(GoldenFiles golden, string pooling)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(golden.EmbeddingsPath));
        return document.RootElement.GetProperty(pooling).Deserialize<float[]>()!;
    }
}
