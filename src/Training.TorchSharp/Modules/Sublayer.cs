using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace BertMLNet.Training;

/// <summary>A linear layer <c>dense</c> and, where it ends a residual block, its <c>LayerNorm</c>.</summary>
internal sealed class Sublayer : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "dense")]
    private readonly Dense _dense;

    [ComponentName(Name = "LayerNorm")]
    private readonly LayerNormalization? _norm;

    private readonly double _dropout;

    public Sublayer(ModuleSetup setup, int inputs, int outputs, bool endsBlock = false)
        : base(nameof(Sublayer))
    {
        _dense = new(setup, inputs, outputs);
        _norm = endsBlock ? new(setup) : null;
        _dropout = setup.Config.HiddenDropoutProb;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => _dense.call(input);

    public Tensor AddAndNormalize(Tensor input, Tensor residual) =>
        _norm!.call(F.dropout(_dense.call(input), _dropout, training) + residual);
}
