using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace BertMLNet.Tests;

/// <summary>What the methods on <see cref="MLContext"/> itself take from it.</summary>
public sealed class ContextTests
{
    [Fact]
    public void The_contexts_GPU_fallback_and_log_are_used()
    {
        using var scenario = new Scenario(3);
        var context = new MLContext { GpuDeviceId = 99, FallbackToCpu = true };
        var warnings = new List<string>();
        context.Log += (_, entry) =>
        {
            if (entry.Kind == ChannelMessageKind.Warning)
                warnings.Add(entry.Message);
        };

        using BertTransformer transformer = context.BertPairClassify(scenario.Options()).Fit(scenario.Data);

        Assert.Contains("Cuda", Assert.Single(warnings));
        scenario.AssertScores(transformer.Transform(scenario.Data).GetColumn<float[]>("Score"));
    }

    [Fact]
    public void Without_fallback_a_missing_GPU_is_an_error()
    {
        using var scenario = new Scenario(1);
        var context = new MLContext { GpuDeviceId = 99 };
        Assert.Contains("Cuda", Assert.Throws<BertMLNetException>(
            () => context.BertPairClassify(scenario.Options()).Fit(scenario.Data)).Message);
        Assert.Contains("Cuda", Assert.Throws<BertMLNetException>(
            () => scenario.Context.Transforms.BertPairClassify(scenario.Model.Path, gpuDeviceId: 99).Fit(scenario.Data)).Message);
    }
}
