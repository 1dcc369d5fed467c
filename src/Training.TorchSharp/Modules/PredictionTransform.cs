using BertMLNet.Modeling;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace BertMLNet.Training;

internal sealed class PredictionTransform : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "dense")]
    private readonly Dense _dense;

    [ComponentName(Name = "LayerNorm")]
    private readonly LayerNormalization _norm;

    private readonly Activation _activation;

    public PredictionTransform(ModuleSetup setup)
        : base(nameof(PredictionTransform))
    {
        _dense = new(setup, setup.Config.HiddenSize, setup.Config.HiddenSize);
        _norm = new(setup);
        _activation = setup.Config.HiddenAct;
        RegisterComponents();
    }

    public override Tensor forward(Tensor hidden) => _norm.call(Activations.Apply(_dense.call(hidden), _activation));
}
