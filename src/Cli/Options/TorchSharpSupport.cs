using BertMLNet.Modeling;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>The TorchSharp engine, where the package set has it.</summary>
internal static class TorchSharpSupport
{
#if ML_PACKAGES_NUGET
    public const bool IsBuiltIn = true;

    public static bool HasCuda() => TorchDevice.HasCuda();

    public static ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer, ComputeDevice device, bool bfloat16) =>
        new TorchSharpEngine(parameters, optimizer, new TorchSharpOptions { Device = device, Bfloat16 = bfloat16 });
#else
    public const bool IsBuiltIn = false;

    public static bool HasCuda() => false;

    public static ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer, ComputeDevice device, bool bfloat16) =>
        throw new NotSupportedException("EngineChoice does not take an engine that is left out.");
#endif
}
