using BertMLNet.Modeling;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace BertMLNet.Training;

/// <summary><c>bert</c>: embeddings, layers and, where the head reads it, the pooler.</summary>
internal sealed class BertEncoder : nn.Module<PackedTensors, Tensor>
{
    [ComponentName(Name = "embeddings")]
    private readonly BertEmbeddings _embeddings;

    [ComponentName(Name = "encoder")]
    private readonly EncoderLayerStack _encoder;

    [ComponentName(Name = "pooler")]
    private readonly DenseBlock? _pooler;

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

/// <summary><c>embeddings</c>: the sum of word, position and token type, normalised.</summary>
internal sealed class BertEmbeddings : nn.Module<PackedTensors, Tensor>
{
    [ComponentName(Name = "word_embeddings")]
    private readonly EmbeddingTable _words; // [V, H]

    [ComponentName(Name = "position_embeddings")]
    private readonly EmbeddingTable _positions; // [max_position_embeddings, H]

    [ComponentName(Name = "token_type_embeddings")]
    private readonly EmbeddingTable _types; // [type_vocab_size, H]

    [ComponentName(Name = "LayerNorm")]
    private readonly LayerNormalization _norm;

    private readonly double _dropout;

    public BertEmbeddings(ModuleSetup setup)
        : base(nameof(BertEmbeddings))
    {
        BertConfig config = setup.Config;
        _words = new(setup, config.VocabSize);
        _positions = new(setup, config.MaxPositionEmbeddings);
        _types = new(setup, config.TypeVocabSize);
        _norm = new(setup);
        _dropout = config.HiddenDropoutProb;
        RegisterComponents();
    }

    public Parameter WordEmbeddings => _words.Weight;

    public override Tensor forward(PackedTensors batch)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor sum = _words.call(batch.InputIds) + _positions.call(batch.Positions) + _types.call(batch.TokenTypeIds); // [T, H]
        return F.dropout(_norm.call(sum), _dropout, training).MoveToOuterDisposeScope();
    }
}

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

/// <summary><c>layer.N</c>: attention and feed-forward, each followed by dropout, the residual sum and normalisation.</summary>
internal sealed class EncoderLayer : nn.Module<Tensor, PackedTensors, Tensor>
{
    [ComponentName(Name = "attention")]
    private readonly SelfAttention _attention;

    [ComponentName(Name = "intermediate")]
    private readonly DenseBlock _intermediate; // H -> I

    [ComponentName(Name = "output")]
    private readonly DenseBlock _output; // I -> H

    private readonly ModuleSetup _setup;

    public EncoderLayer(ModuleSetup setup)
        : base(nameof(EncoderLayer))
    {
        BertConfig config = setup.Config;
        _attention = new(setup);
        _intermediate = new(setup, config.HiddenSize, config.IntermediateSize);
        _output = new(setup, config.IntermediateSize, config.HiddenSize, endsBlock: true);
        _setup = setup;
        RegisterComponents();
    }

    /// <summary>[T, H] -> [T, H].</summary>
    public override Tensor forward(Tensor hidden, PackedTensors batch)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor attended = _attention.call(hidden, batch);
        Tensor inner = _setup.Activate(_intermediate.call(attended)); // [T, I]
        return _output.AddAndNormalize(inner, attended).MoveToOuterDisposeScope();
    }
}

/// <summary><c>attention</c>: multi-head self-attention over each example's own tokens.</summary>
internal sealed class SelfAttention : nn.Module<Tensor, PackedTensors, Tensor>
{
    [ComponentName(Name = "self")]
    private readonly AttentionProjections _self;

    [ComponentName(Name = "output")]
    private readonly DenseBlock _output;

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
        Tensor query = Split(_self.Query.call(hidden), batch); // [B, A, S, D]
        Tensor key = Split(_self.Key.call(hidden), batch);
        Tensor value = Split(_self.Value.call(hidden), batch);
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

/// <summary><c>attention.self</c>: the three projections, H -> H.</summary>
internal sealed class AttentionProjections : nn.Module
{
    [ComponentName(Name = "query")]
    private readonly Dense _query;

    [ComponentName(Name = "key")]
    private readonly Dense _key;

    [ComponentName(Name = "value")]
    private readonly Dense _value;

    public AttentionProjections(ModuleSetup setup)
        : base(nameof(AttentionProjections))
    {
        int hidden = setup.Config.HiddenSize;
        _query = new(setup, hidden, hidden);
        _key = new(setup, hidden, hidden);
        _value = new(setup, hidden, hidden);
        RegisterComponents();
    }

    public Dense Query => _query;

    public Dense Key => _key;

    public Dense Value => _value;
}

/// <summary>A linear layer <c>dense</c> and, where it ends a residual block, its <c>LayerNorm</c>.</summary>
internal sealed class DenseBlock : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "dense")]
    private readonly Dense _dense;

    [ComponentName(Name = "LayerNorm")]
    private readonly LayerNormalization? _norm;

    private readonly double _dropout;

    public DenseBlock(ModuleSetup setup, int inputs, int outputs, bool endsBlock = false)
        : base(nameof(DenseBlock))
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

/// <summary>A linear layer, <c>weight</c> [outputs, inputs] and <c>bias</c> [outputs], computed in the compute type.</summary>
internal sealed class Dense : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    private readonly ModuleSetup _setup;

    public Dense(ModuleSetup setup, int inputs, int outputs)
        : base(nameof(Dense))
    {
        _weight = new(zeros(outputs, inputs, device: setup.Device));
        _bias = new(zeros(outputs, device: setup.Device));
        _setup = setup;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => _setup.Linear(input, _weight, _bias);
}

/// <summary>An embedding table, <c>weight</c> [rows, H].</summary>
internal sealed class EmbeddingTable : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    public EmbeddingTable(ModuleSetup setup, int rows)
        : base(nameof(EmbeddingTable))
    {
        _weight = new(zeros(rows, setup.Config.HiddenSize, device: setup.Device));
        RegisterComponents();
    }

    public Parameter Weight => _weight;

    public override Tensor forward(Tensor ids) => _weight.index_select(0, ids);
}

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
