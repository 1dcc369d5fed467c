using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace BertMLNet.Training;

/// <summary>Layer normalisation over the width, <c>weight</c> and <c>bias</c> [H], in single precision.</summary>
internal sealed class LayerNormalization : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    private readonly double _epsilon;

    public LayerNormalization(ModuleSetup setup)
        : base(nameof(LayerNormalization))
    {
        _weight = new(ones(setup.Config.HiddenSize, device: setup.Device));
        _bias = new(zeros(setup.Config.HiddenSize, device: setup.Device));
        _epsilon = setup.Config.LayerNormEps;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) =>
        F.layer_norm(input.to_type(ScalarType.Float32), [_weight.shape[0]], _weight, _bias, _epsilon);
}
