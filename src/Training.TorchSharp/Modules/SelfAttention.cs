using BertMLNet.Modeling;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace BertMLNet.Training;

/// <summary><c>attention</c>: multi-head self-attention over each example's own tokens.</summary>
internal sealed class SelfAttention : nn.Module<Tensor, PackedTensors, Tensor>
{
    [ComponentName(Name = "self")]
    private readonly AttentionProjections _self;

    [ComponentName(Name = "output")]
    private readonly Sublayer _output;

    private readonly int _heads;
    private readonly int _headSize;
    private readonly double _dropout;

    public SelfAttention(ModuleSetup setup)
        : base(nameof(SelfAttention))
    {
        BertConfig config = setup.Config;
        _self = new(setup);
        _output = new(setup, config.HiddenSize, config.HiddenSize, endsBlock: true);
        _heads = config.NumAttentionHeads;
        _headSize = config.HeadSize;
        _dropout = config.AttentionProbsDropoutProb;
        RegisterComponents();
    }

    /// <summary>[T, H] -> [T, H].</summary>
    public override Tensor forward(Tensor hidden, PackedTensors batch)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor query = Split(_self.Query(hidden), batch); // [B, A, S, D]
        Tensor key = Split(_self.Key(hidden), batch);
        Tensor value = Split(_self.Value(hidden), batch);
        Tensor scores = query.matmul(key.transpose(-1, -2)).to_type(ScalarType.Float32) / Math.Sqrt(_headSize); // [B, A, S, S]
        Tensor weights = F.dropout((scores + batch.AttentionBias).softmax(-1), _dropout, training);
        Tensor context = weights.to_type(value.dtype).matmul(value).transpose(1, 2); // [B, S, A, D]
        Tensor joined = context.reshape(batch.PaddedCount, _heads * _headSize).index_select(0, batch.PaddedPlaces); // [T, H]
        return _output.AddAndNormalize(joined, hidden).MoveToOuterDisposeScope();
    }

    /// <summary>Lays packed rows out by example, zeros behind the shorter ones: [T, H] -> [B, A, S, D].</summary>
    private Tensor Split(Tensor packed, PackedTensors batch)
    {
        Tensor padded = zeros(batch.PaddedCount, packed.shape[1], packed.dtype, packed.device)
            .index_copy(0, batch.PaddedPlaces, packed);
        return padded.view(batch.ExampleCount, batch.Longest, _heads, _headSize).transpose(1, 2);
    }
}
