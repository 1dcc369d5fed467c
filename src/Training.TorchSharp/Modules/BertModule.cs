using BertMLNet.Modeling;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace BertMLNet.Training;

/// <summary>
/// BERT with its task heads as TorchSharp modules. Component names spell the keys of Hugging Face's checkpoints. The
/// batch is packed: hidden states are [tokens, hidden], and only attention sees the examples padded.
/// </summary>
/// <remarks>
/// In the shapes T is the number of tokens, B of examples, S the longest example's tokens, H hidden_size, A the heads,
/// D = H / A, I intermediate_size, V vocab_size. Matrix products run in the compute type; embeddings, residual sums,
/// normalisation and softmax in single precision, as PyTorch's autocast has them. Each layer has a dispose scope of
/// its own, so what autograd does not need is freed as the pass goes.
/// </remarks>
internal sealed class BertModule : nn.Module<PackedTensors, Tensor>
{
    [ComponentName(Name = "bert")]
    private readonly BertEncoder _bert;

    [ComponentName(Name = "classifier")]
    private readonly Dense? _classifier;

    [ComponentName(Name = "qa_outputs")]
    private readonly Dense? _qaOutputs;

    [ComponentName(Name = "cls")]
    private readonly PredictionHead? _cls;

    private readonly double _classifierDropout;

    public BertModule(BertConfig config, Head head, ScalarType computeType, Device device)
        : base(nameof(BertModule))
    {
        var setup = new ModuleSetup(config, computeType, device);
        _bert = new(setup, head.HasPooler);
        _classifierDropout = config.ClassifierDropout ?? config.HiddenDropoutProb;
        if (head.Branches.All(branch => branch.Loss is null))
            throw new ArgumentOutOfRangeException(nameof(head), head, "training needs a task head");
        if (head.ReadsMaskedTokens)
            _cls = new(setup, judgesSentences: head.HasPooler);
        else if (head.HasPooler)
            _classifier = new(setup, config.HiddenSize, config.NumLabels);
        else
            _qaOutputs = new(setup, config.HiddenSize, 2);
        RegisterComponents();
    }

    /// <summary>
    /// Logits in single precision: [B, labels] for classification, [T, 2] (start, end) for question answering,
    /// [masked tokens, V] for masked-language modelling; in pre-training both, flat: [masked tokens · V + B · 2].
    /// </summary>
    public override Tensor forward(PackedTensors batch)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = _bert.call(batch); // [T, H]
        Tensor logits;
        if (_classifier is not null)
        {
            Tensor pooled = _bert.Pool(hidden.index_select(0, batch.FirstTokens)); // [B, H]
            logits = _classifier.call(F.dropout(pooled, _classifierDropout, training));
        }
        else if (_qaOutputs is not null)
        {
            logits = _qaOutputs.call(hidden);
        }
        else
        {
            logits = _cls!.call(hidden.index_select(0, batch.MaskedTokens!), _bert.WordEmbeddings);
            if (_cls.JudgesSentences)
            {
                Tensor pooled = _bert.Pool(hidden.index_select(0, batch.FirstTokens)); // [B, H]
                logits = cat([logits.flatten(), _cls.Judge(pooled).flatten()], 0);
            }
        }
        return logits.to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }
}
