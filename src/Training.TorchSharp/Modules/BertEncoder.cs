using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace BertMLNet.Training;

/// <summary><c>bert</c>: embeddings, layers and, where the head reads it, the pooler.</summary>
internal sealed class BertEncoder : nn.Module<PackedTensors, Tensor>
{
    [ComponentName(Name = "embeddings")]
    private readonly BertEmbeddings _embeddings;

    [ComponentName(Name = "encoder")]
    private readonly EncoderLayerStack _encoder;

    [ComponentName(Name = "pooler")]
    private readonly Sublayer? _pooler;

    public BertEncoder(ModuleSetup setup, bool hasPooler)
        : base(nameof(BertEncoder))
    {
        int hidden = setup.Config.HiddenSize;
        _embeddings = new(setup);
        _encoder = new(setup);
        _pooler = hasPooler ? new(setup, hidden, hidden) : null;
        RegisterComponents();
    }

    /// <summary>[V, H].</summary>
    public Parameter WordEmbeddings => _embeddings.WordEmbeddings;

    /// <summary>-> [T, H].</summary>
    public override Tensor forward(PackedTensors batch) => _encoder.call(_embeddings.call(batch), batch);

    /// <summary>The [CLS] vectors [B, H] -> [B, H].</summary>
    public Tensor Pool(Tensor first) => _pooler!.call(first).tanh();
}
