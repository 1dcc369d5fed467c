using BertMLNet.Scoring;
using Microsoft.ML;

namespace BertMLNet;

/// <summary>Fills what scoring options leave open from an ML.NET context.</summary>
internal static class ContextSettings
{
    /// <summary>The context's GPU where the options name none, its fallback where it allows one, its channel where there is no logger.</summary>
    public static ScoringOptions With(this ScoringOptions options, MLContext context, string source) => options with
    {
        GpuDeviceId = options.GpuDeviceId ?? context.GpuDeviceId,
        FallbackToCpu = options.FallbackToCpu || context.FallbackToCpu,
        Logger = options.Logger ?? new ChannelLogger(context, source),
    };
}
