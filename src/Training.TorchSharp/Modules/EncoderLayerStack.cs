using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace BertMLNet.Training;

/// <summary><c>encoder</c>: the layers, one after another.</summary>
internal sealed class EncoderLayerStack : nn.Module<Tensor, PackedTensors, Tensor>
{
    [ComponentName(Name = "layer")]
    private readonly ModuleList<EncoderLayer> _layers;

    public EncoderLayerStack(ModuleSetup setup)
        : base(nameof(EncoderLayerStack))
    {
        _layers = new([.. Enumerable.Range(0, setup.Config.NumHiddenLayers).Select(_ => new EncoderLayer(setup))]);
        RegisterComponents();
    }

    public override Tensor forward(Tensor hidden, PackedTensors batch)
    {
        foreach (EncoderLayer layer in _layers)
            hidden = layer.call(hidden, batch);
        return hidden;
    }
}
