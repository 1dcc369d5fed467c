using BertMLNet.Modeling;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace BertMLNet.Training;

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
