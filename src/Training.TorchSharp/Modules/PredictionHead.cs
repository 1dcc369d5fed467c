using TorchSharp.Utils;
using static TorchSharp.torch;

namespace BertMLNet.Training;

/// <summary>
/// <c>cls</c>: <c>predictions</c> is the masked-token head, whose output matrix is the word embedding table;
/// <c>seq_relationship</c> judges two texts, in pre-training alone.
/// </summary>
internal sealed class PredictionHead : nn.Module<Tensor, Tensor, Tensor>
{
    [ComponentName(Name = "predictions")]
    private readonly MaskedTokenPredictions _predictions;

    [ComponentName(Name = "seq_relationship")]
    private readonly Dense? _seqRelationship;

    public PredictionHead(ModuleSetup setup, bool judgesSentences)
        : base(nameof(PredictionHead))
    {
        _predictions = new(setup);
        _seqRelationship = judgesSentences ? new(setup, setup.Config.HiddenSize, 2) : null;
        RegisterComponents();
    }

    public bool JudgesSentences => _seqRelationship is not null;

    /// <summary>The pooled [CLS] vectors [B, H] -> [B, 2].</summary>
    public Tensor Judge(Tensor pooled) => _seqRelationship!.call(pooled);

    public override Tensor forward(Tensor hidden, Tensor wordEmbeddings) => _predictions.call(hidden, wordEmbeddings);
}
