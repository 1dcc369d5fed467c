namespace BertMLNet.Modeling;

/// <summary>
/// BERT's hyper-parameters, named as in <c>bert_config.json</c> (google-research/bert) and Hugging Face's
/// <c>config.json</c>. The defaults are BERT-base, uncased.
/// </summary>
public sealed partial record BertConfig
{
    /// <summary>Rows of the word embedding table. It may exceed the vocabulary file's lines.</summary>
    public int VocabSize { get; init; } = 30522;

    /// <summary>Width of the encoder.</summary>
    public int HiddenSize { get; init; } = 768;

    /// <summary>Number of encoder layers.</summary>
    public int NumHiddenLayers { get; init; } = 12;

    /// <summary>Attention heads a layer; must divide <see cref="HiddenSize"/>.</summary>
    public int NumAttentionHeads { get; init; } = 12;

    /// <summary>Width of the feed-forward layer.</summary>
    public int IntermediateSize { get; init; } = 3072;

    /// <summary>The feed-forward non-linearity.</summary>
    public Activation HiddenAct { get; init; } = Activation.Gelu;

    /// <summary>Dropout probability after the embeddings and each sub-layer, in training.</summary>
    public float HiddenDropoutProb { get; init; } = 0.1f;

    /// <summary>Dropout probability of the attention weights, in training.</summary>
    public float AttentionProbsDropoutProb { get; init; } = 0.1f;

    /// <summary>Dropout probability before the classification head; <see cref="HiddenDropoutProb"/> where it is null.</summary>
    public float? ClassifierDropout { get; init; }

    /// <summary>The longest sequence, in tokens, that the model can take.</summary>
    public int MaxPositionEmbeddings { get; init; } = 512;

    /// <summary>Number of token types (segments); 2 for pairs.</summary>
    public int TypeVocabSize { get; init; } = 2;

    /// <summary>Standard deviation of the truncated normal that new weights are drawn from.</summary>
    public float InitializerRange { get; init; } = 0.02f;

    /// <summary>Added to the variance in layer normalisation.</summary>
    public float LayerNormEps { get; init; } = 1e-12f;

    /// <summary>The padding token's id.</summary>
    public int PadTokenId { get; init; }

    /// <summary>Learned or fixed positions.</summary>
    public PositionEmbedding PositionEmbedding { get; init; } = PositionEmbedding.Learned;

    /// <summary>The class names of the classification head, by class index (<c>id2label</c>).</summary>
    public IReadOnlyList<string> Labels { get; init; } = ["LABEL_0", "LABEL_1"];

    /// <summary>How a classifier was trained to see texts; null where the file does not say.</summary>
    public ClassificationSettings? Classification { get; init; }

    /// <summary>How a question answering model cuts passages and reads answers; null where the file does not say.</summary>
    public AnsweringSettings? Answering { get; init; }

    /// <summary>
    /// The class of Hugging Face's library that the file names first in <c>architectures</c>, which tells the head;
    /// null where the file names none, as Google's never do.
    /// </summary>
    public string? Architecture { get; init; }

    /// <summary>
    /// What a classifier's logits stand for (<c>problem_type</c>), where the file says: classes that exclude each other, labels
    /// that do not, or values.
    /// </summary>
    public string? ProblemType { get; init; }

    /// <summary>The head that <see cref="Architecture"/> and <see cref="ProblemType"/> name.</summary>
    public Head Head => Heads.Of(Architecture, ProblemType) ?? Heads.Encoder;

    /// <summary>The number of classes of the classification head.</summary>
    public int NumLabels => Labels.Count;

    /// <summary>The longest sequence, in tokens, that a classifier's texts are shortened to: what it was trained with, or else the most it can take.</summary>
    public int LongestClassified => Classification?.MaxLength ?? MaxPositionEmbeddings;

    /// <summary>Width of one attention head.</summary>
    public int HeadSize => HiddenSize / NumAttentionHeads;
}
