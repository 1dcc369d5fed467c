using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace BertMLNet.Training;

internal sealed class MaskedTokenPredictions : nn.Module<Tensor, Tensor, Tensor>
{
    [ComponentName(Name = "transform")]
    private readonly PredictionTransform _transform;

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias; // [V]

    private readonly ScalarType _computeType;

    public MaskedTokenPredictions(ModuleSetup setup)
        : base(nameof(MaskedTokenPredictions))
    {
        _transform = new(setup);
        _bias = new(zeros(setup.Config.VocabSize, device: setup.Device));
        _computeType = setup.ComputeType;
        RegisterComponents();
    }

    /// <summary>[masked tokens, H], [V, H] -> [masked tokens, V].</summary>
    public override Tensor forward(Tensor hidden, Tensor wordEmbeddings) =>
        F.linear(_transform.call(hidden).to_type(_computeType), wordEmbeddings.to_type(_computeType), _bias.to_type(_computeType));
}
