using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

/// <summary>PyTorch is the oracle of the ONNX Runtime engine's logits, losses and gradients.</summary>
public sealed class OnnxRuntimeGoldenTests
{
    public static TheoryData<string> Cases => GoldenCase.Names;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Logits_equal_PyTorchs(string name)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        using var engine = new OnnxRuntimeEngine(golden.Parameters, golden.OneGroup());
        float[] logits = engine.Forward(golden.Batch, TestContext.Current.CancellationToken);
        double[] expected = golden.Logits;
        Assert.Equal(expected.Length, logits.Length);
        for (int i = 0; i < logits.Length; i++)
            Assert.Equal(expected[i], logits[i], 1e-4);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_and_every_gradient_equal_PyTorchs(string name)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        using var engine = new OnnxRuntimeEngine(golden.Parameters, golden.OneGroup());
        float loss = engine.ForwardBackward(golden.Batch, golden.LossScale, 0, TestContext.Current.CancellationToken);
        Assert.Equal(golden.Loss, loss, 1e-4);
        AssertGradients(engine, golden);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_of_micro_batches_add_up_to_those_of_the_whole(string name)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        using var engine = new OnnxRuntimeEngine(golden.Parameters, golden.OneGroup());
        double loss = 0;
        for (int repeat = 0; repeat < 3; repeat++)
            loss += engine.ForwardBackward(golden.Batch, golden.LossScale / 3, 0, TestContext.Current.CancellationToken);
        Assert.Equal(golden.Loss, loss, 1e-4);
        AssertGradients(engine, golden);
    }

    private static void AssertGradients(OnnxRuntimeEngine engine, GoldenCase golden)
    {
        foreach (ParameterSpec spec in engine.Parameters.Where(spec => spec.IsTrainable))
        {
            float[] actual = new float[spec.Count];
            float[] expected = new float[spec.Count];
            engine.ReadGradient(spec.Name, actual);
            golden.Gradients.Read(spec.Name, expected);
            double distance = 0, norm = 0;
            for (int i = 0; i < actual.Length; i++)
            {
                distance += Math.Pow((double)actual[i] - expected[i], 2);
                norm += Math.Pow(expected[i], 2);
            }
            double allowed = Math.Max(1e-6, 1e-4 * Math.Sqrt(norm));
            Assert.True(Math.Sqrt(distance) <= allowed, $"{spec.Name}: the gradient is {Math.Sqrt(distance):E2} away, at most {allowed:E2} is allowed");
        }
    }
}
