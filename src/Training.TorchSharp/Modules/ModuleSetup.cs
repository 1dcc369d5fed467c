using BertMLNet.Modeling;
using static TorchSharp.torch;

namespace BertMLNet.Training;

/// <summary>What every module is made from. Parameters are made on the device: moving modules would replace them.</summary>
internal sealed record ModuleSetup(BertConfig Config, ScalarType ComputeType, Device Device);
