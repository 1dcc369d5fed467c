using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace BertMLNet.Training;

/// <summary>A linear layer, <c>weight</c> [outputs, inputs] and <c>bias</c> [outputs], computed in the compute type.</summary>
internal sealed class Dense : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    private readonly ScalarType _computeType;

    public Dense(ModuleSetup setup, int inputs, int outputs)
        : base(nameof(Dense))
    {
        _weight = new(zeros(outputs, inputs, device: setup.Device));
        _bias = new(zeros(outputs, device: setup.Device));
        _computeType = setup.ComputeType;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) =>
        F.linear(input.to_type(_computeType), _weight.to_type(_computeType), _bias.to_type(_computeType));
}
