using BertMLNet.Modeling;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace BertMLNet.Training;

/// <summary><c>layer.N</c>: attention and feed-forward, each followed by dropout, the residual sum and normalisation.</summary>
internal sealed class EncoderLayer : nn.Module<Tensor, PackedTensors, Tensor>
{
    [ComponentName(Name = "attention")]
    private readonly SelfAttention _attention;

    [ComponentName(Name = "intermediate")]
    private readonly Sublayer _intermediate; // H -> I

    [ComponentName(Name = "output")]
    private readonly Sublayer _output; // I -> H

    private readonly Activation _activation;

    public EncoderLayer(ModuleSetup setup)
        : base(nameof(EncoderLayer))
    {
        BertConfig config = setup.Config;
        _attention = new(setup);
        _intermediate = new(setup, config.HiddenSize, config.IntermediateSize);
        _output = new(setup, config.IntermediateSize, config.HiddenSize, endsBlock: true);
        _activation = config.HiddenAct;
        RegisterComponents();
    }

    /// <summary>[T, H] -> [T, H].</summary>
    public override Tensor forward(Tensor hidden, PackedTensors batch)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor attended = _attention.call(hidden, batch);
        Tensor inner = Activations.Apply(_intermediate.call(attended), _activation); // [T, I]
        return _output.AddAndNormalize(inner, attended).MoveToOuterDisposeScope();
    }
}
