using BertMLNet.Modeling;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace BertMLNet.Training;

/// <summary>
/// BERT with a head as functions of tensors; parameters go by the names of <see cref="BertParameters"/>. The batch is packed:
/// hidden states are [tokens, hidden], and only attention sees the examples padded.
/// </summary>
/// <remarks>
/// In the shapes T is the number of tokens, B of examples, S the longest example's tokens, H hidden_size, A the heads,
/// D = H / A, I intermediate_size, V vocab_size. Matrix products run in the compute type; embeddings, residual sums,
/// normalisation and softmax in single precision, as PyTorch's autocast has them. Each layer has a dispose scope of
/// its own, so what autograd does not need is freed as the pass goes.
/// </remarks>
internal sealed class TensorBert(BertConfig config, Head head, ScalarType computeType, IReadOnlyDictionary<string, Parameter> parameters)
{
    /// <summary>Each branch's result, in single precision: [B, width], [T, width] or [masked tokens, V].</summary>
    public IReadOnlyList<Tensor> Run(PackedTensors batch, bool training)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = Embeddings(batch, training); // [T, H]
        for (int layer = 0; layer < config.NumHiddenLayers; layer++)
            hidden = EncoderLayer(BertParameters.EncoderLayer(layer), hidden, batch, training);
        return
        [
            .. config.Encoder.BranchesOf(head).Select(branch =>
                Run(branch, hidden, batch, training).to_type(ScalarType.Float32).MoveToOuterDisposeScope()),
        ];
    }

    private Tensor Run(Branch branch, Tensor hidden, PackedTensors batch, bool training)
    {
        Tensor x = branch.Reads switch
        {
            Reads.Pooled => hidden.index_select(0, batch.FirstTokens), // [B, H]
            Reads.Masked => hidden.index_select(0, batch.MaskedTokens!), // [masked tokens, H]
            _ => hidden, // [T, H]
        };
        foreach (HeadLayer layer in branch.Reads == Reads.Pooled ? config.Encoder.Pooling.Concat(branch.Layers) : branch.Layers)
        {
            x = layer switch
            {
                DenseLayer dense => Linear(x, dense.Name),
                ActivationLayer activation => Activate(x, config.ActivationOf(activation)),
                NormLayer norm => Norm(x, norm.Name),
                DropoutLayer dropout => Dropout(x, dropout.Site, training),
                TiedLayer tied => Linear(x, parameters[BertParameters.WordEmbeddings], parameters[tied.Bias]),
                _ => throw new NotSupportedException($"The layer {layer} is unknown."),
            };
        }
        return x;
    }

    /// <summary>The sum of word, position and, where there are any, token types, normalised and widened: [T, H].</summary>
    private Tensor Embeddings(PackedTensors batch, bool training)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor sum = parameters[BertParameters.WordEmbeddings].index_select(0, batch.InputIds)
            + parameters[BertParameters.PositionEmbeddings].index_select(0, batch.Positions); // [T, embedding_size]
        if (config.Encoder.HasTokenTypes)
            sum += parameters[BertParameters.TokenTypeEmbeddings].index_select(0, batch.TokenTypeIds);
        Tensor normalized = Dropout(Norm(sum, BertParameters.EmbeddingsNorm), DropoutSite.Hidden, training);
        if (config.EmbeddingSize != config.HiddenSize)
            normalized = Linear(normalized, BertParameters.EmbeddingsProjection).to_type(ScalarType.Float32); // [T, H]
        return normalized.MoveToOuterDisposeScope();
    }

    /// <summary>Attention and feed-forward, each followed by dropout, the residual sum and normalisation: [T, H] -> [T, H].</summary>
    private Tensor EncoderLayer(string prefix, Tensor hidden, PackedTensors batch, bool training)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor attended = Attention($"{prefix}.attention", hidden, batch, training);
        Tensor inner = Activate(Linear(attended, $"{prefix}.intermediate.dense"), config.HiddenAct); // [T, I]
        return AddAndNormalize(inner, attended, $"{prefix}.output", training).MoveToOuterDisposeScope();
    }

    /// <summary>Multi-head self-attention over each example's own tokens: [T, H] -> [T, H].</summary>
    private Tensor Attention(string prefix, Tensor hidden, PackedTensors batch, bool training)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor query = SplitHeads(Linear(hidden, $"{prefix}.self.query"), batch); // [B, A, S, D]
        Tensor key = SplitHeads(Linear(hidden, $"{prefix}.self.key"), batch);
        Tensor value = SplitHeads(Linear(hidden, $"{prefix}.self.value"), batch);
        Tensor scores = query.matmul(key.transpose(-1, -2)).to_type(ScalarType.Float32) / Math.Sqrt(config.HeadSize); // [B, A, S, S]
        Tensor weights = Dropout((scores + batch.AttentionBias).softmax(-1), DropoutSite.Attention, training);
        Tensor context = weights.to_type(value.dtype).matmul(value).transpose(1, 2); // [B, S, A, D]
        Tensor joined = context.reshape(batch.PaddedCount, config.HiddenSize).index_select(0, batch.PaddedPlaces); // [T, H]
        return AddAndNormalize(joined, hidden, $"{prefix}.output", training).MoveToOuterDisposeScope();
    }

    /// <summary>Lays packed rows out by example, zeros behind the shorter ones: [T, H] -> [B, A, S, D].</summary>
    private Tensor SplitHeads(Tensor packed, PackedTensors batch) =>
        zeros(batch.PaddedCount, packed.shape[1], packed.dtype, packed.device)
            .index_copy(0, batch.PaddedPlaces, packed)
            .view(batch.ExampleCount, batch.Longest, config.NumAttentionHeads, config.HeadSize)
            .transpose(1, 2);

    private Tensor AddAndNormalize(Tensor x, Tensor residual, string prefix, bool training) =>
        Norm(Dropout(Linear(x, $"{prefix}.dense"), DropoutSite.Hidden, training) + residual, $"{prefix}.LayerNorm");

    private Tensor Norm(Tensor x, string name) => F.layer_norm(
        x.to_type(ScalarType.Float32), [x.shape[^1]], parameters[$"{name}.weight"], parameters[$"{name}.bias"], config.LayerNormEps);

    private Tensor Linear(Tensor x, string name) => Linear(x, parameters[$"{name}.weight"], parameters[$"{name}.bias"]);

    private Tensor Linear(Tensor x, Parameter weight, Parameter bias) =>
        F.linear(x.to_type(computeType), weight.to_type(computeType), bias.to_type(computeType));

    /// <summary>A rate of 0 draws nothing.</summary>
    private Tensor Dropout(Tensor x, DropoutSite site, bool training) =>
        config.DropoutAt(site) is > 0 and var rate ? F.dropout(x, rate, training) : x;

    private static Tensor Activate(Tensor x, Activation activation) => activation switch
    {
        Activation.Gelu => F.gelu(x),
        Activation.GeluTanh => 0.5 * x * (1 + (Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x.pow(3))).tanh()),
        Activation.Relu => F.relu(x),
        Activation.Tanh => x.tanh(),
        Activation.Silu => F.silu(x),
        _ => throw new NotSupportedException($"The activation {activation} is unknown."),
    };
}
