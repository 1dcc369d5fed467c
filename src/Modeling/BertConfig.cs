using BertMLNet.Tokenization;

namespace BertMLNet.Modeling;

/// <summary>
/// BERT's hyper-parameters, named as in <c>bert_config.json</c> (google-research/bert) and Hugging Face's
/// <c>config.json</c>. The defaults are BERT-base, uncased.
/// </summary>
public sealed partial record BertConfig
{
    private const int MostLabels = 1 << 16;

    /// <summary>Which encoder of BERT's family it is.</summary>
    public EncoderVariant Encoder { get; init; } = Encoders.Bert;

    /// <summary>Rows of the word embedding table. It may exceed the vocabulary file's lines.</summary>
    public int VocabSize { get; init; } = 30522;

    /// <summary>Width of the encoder.</summary>
    public int HiddenSize { get; init; } = 768;

    /// <summary>Width of the embeddings; where it is not <see cref="HiddenSize"/>, a linear layer widens their sum.</summary>
    public int EmbeddingSize
    {
        get => field == 0 ? HiddenSize : field;
        init;
    }

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

    /// <summary>Dropout probability before the layer that finds answers (DistilBERT's <c>qa_dropout</c>).</summary>
    public float AnswersDropout { get; init; }

    /// <summary>The longest sequence, in tokens, that the model can take.</summary>
    public int MaxPositionEmbeddings { get; init; } = 512;

    /// <summary>Number of token types (segments); 2 for pairs, 0 where the encoder tells no types apart.</summary>
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
    public QuestionAnsweringOptions? Answering { get; init; }

    /// <summary>How an entity recogniser cuts texts; null where the file does not say.</summary>
    public RecognitionSettings? Recognition { get; init; }

    /// <summary>
    /// How vectors are made of texts, where <c>config.json</c> says it, as for the pooler alone; otherwise sentence-transformers' files
    /// do. <see cref="ModelFolder.LoadEmbedding()"/> reads both.
    /// </summary>
    internal EmbeddingSettings? Embedding { get; init; }

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
    public Head Head => Heads.Of(Encoder.BertClassOf(Architecture), ProblemType) ?? Heads.Encoder;

    /// <summary>
    /// What sentence-transformers' cross-encoders make of their logits, where the file says: <c>activation_fn</c> in
    /// <c>sentence_transformers</c>, or the older <c>sbert_ce_default_activation_function</c>.
    /// </summary>
    public ScoreActivation? ScoreActivation { get; init; }

    /// <summary>Whether a classifier's logits are values, not classes' or labels' (<c>problem_type</c> is <c>regression</c>).</summary>
    public bool GivesValues => Head == Heads.Value;

    /// <summary>Whether it can be given two texts: with a single type of tokens it was made for one.</summary>
    internal bool TakesPairs => TypeVocabSize != 1;

    /// <summary>The number of classes of the classification head.</summary>
    public int NumLabels => Labels.Count;

    /// <summary>
    /// The longest sequence, in tokens, that a classifier's texts are shortened to: what it was trained with, or else the most it
    /// can take; never more than its tokenizer's <c>model_max_length</c>.
    /// </summary>
    public int LongestClassified => Math.Min(Classification?.MaxLength ?? LongestSequence, LongestSequence);

    /// <summary>The tokenizer's own <c>model_max_length</c>, where the folder has one below <see cref="MaxPositionEmbeddings"/>.</summary>
    internal int? TokenizerMaxLength { get; init; }

    /// <summary>The longest sequence, in tokens: the smaller one of the positions and of what the tokenizer is held to.</summary>
    internal int LongestSequence => TokenizerMaxLength ?? MaxPositionEmbeddings;

    /// <summary>What <see cref="LongestSequence"/> is, for messages.</summary>
    internal string LongestSequenceName => TokenizerMaxLength is null
        ? "the model's max_position_embeddings"
        : $"the model_max_length in {TokenizerFiles.Configuration}";

    /// <summary>Width of one attention head.</summary>
    public int HeadSize => HiddenSize / NumAttentionHeads;

    /// <summary>The non-linearity of a head's layer.</summary>
    internal Activation ActivationOf(ActivationLayer layer) => layer.Activation ?? Encoder.HeadActivation ?? HiddenAct;

    /// <summary>The rate of dropout somewhere in the model.</summary>
    internal float DropoutAt(DropoutSite site) => site switch
    {
        DropoutSite.Attention => AttentionProbsDropoutProb,
        DropoutSite.Answers => AnswersDropout,
        DropoutSite.Classifier => ClassifierDropout ?? HiddenDropoutProb,
        DropoutSite.Tokens when Encoder.SharesClassifierDropout => ClassifierDropout ?? HiddenDropoutProb,
        _ => HiddenDropoutProb,
    };

    /// <summary>Checks that the sizes describe a model that can be built.</summary>
    /// <param name="source">The file that the configuration comes from, for the message.</param>
    /// <exception cref="BertMLNetException">A size is not positive, absurdly large, or does not fit another.</exception>
    public void Validate(string source = "configuration")
    {
        string Named(string field) => Encoder.FieldOf(field) ?? field;
        void Size(string field, int value, int most)
        {
            if (value < 1 || value > most)
                throw new BertMLNetException($"{source}: \"{Named(field)}\" is {value}, expected 1 to {most}.");
        }
        void Probability(string field, float value)
        {
            if (value is not (>= 0 and < 1))
            {
                throw new BertMLNetException(
                    FormattableString.Invariant($"{source}: \"{Named(field)}\" is {value}, expected 0 or more and less than 1."));
            }
        }
        void Positive(string field, float value)
        {
            if (value is not (> 0 and < float.PositiveInfinity))
                throw new BertMLNetException(FormattableString.Invariant($"{source}: \"{field}\" is {value}, expected more than 0."));
        }

        Size("vocab_size", VocabSize, 1 << 22);
        Size("hidden_size", HiddenSize, 1 << 14);
        Size("embedding_size", EmbeddingSize, 1 << 14);
        Size("num_hidden_layers", NumHiddenLayers, 1 << 10);
        Size("num_attention_heads", NumAttentionHeads, 1 << 10);
        Size("intermediate_size", IntermediateSize, 1 << 16);
        Size("max_position_embeddings", MaxPositionEmbeddings, 1 << 16);
        if (Encoder.HasTokenTypes)
            Size("type_vocab_size", TypeVocabSize, 1 << 10);
        Size("id2label", NumLabels, MostLabels);
        if (Labels.GroupBy(label => label).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new BertMLNetException($"{source}: two classes are named \"{twice.Key}\"; class names must differ.");
        if ((long)VocabSize * EmbeddingSize > Array.MaxLength)
        {
            throw new BertMLNetException(
                $"{source}: \"vocab_size\" {VocabSize} times \"{Named("hidden_size")}\" {EmbeddingSize} is more than one tensor can hold "
                + $"({Array.MaxLength}).");
        }
        if (HiddenSize % NumAttentionHeads != 0)
        {
            throw new BertMLNetException(
                $"{source}: \"{Named("num_attention_heads")}\" {NumAttentionHeads} does not divide \"{Named("hidden_size")}\" {HiddenSize}.");
        }
        if (Classification?.MaxLength is { } length && (length < ClassificationSettings.ShortestLength || length > MaxPositionEmbeddings))
        {
            throw new BertMLNetException(
                $"{source}: \"max_seq_len\" is {length}, expected {ClassificationSettings.ShortestLength} to "
                + $"\"max_position_embeddings\" {MaxPositionEmbeddings}.");
        }
        if (Classification?.Thresholds is { } thresholds)
        {
            if (thresholds.Count != 1 && thresholds.Count != NumLabels)
            {
                throw new BertMLNetException(
                    $"{source}: \"thresholds\" has {thresholds.Count} entries, expected one for all labels or one each, {NumLabels}.");
            }
            foreach (float threshold in thresholds)
            {
                if (threshold is not (>= 0 and <= 1))
                {
                    throw new BertMLNetException(FormattableString.Invariant(
                        $"{source}: one of \"thresholds\" is {threshold}, expected a probability from 0 to 1."));
                }
            }
        }
        if (PadTokenId < 0 || PadTokenId >= VocabSize)
            throw new BertMLNetException($"{source}: \"pad_token_id\" is {PadTokenId}, expected 0 to {VocabSize - 1}.");
        Probability("hidden_dropout_prob", HiddenDropoutProb);
        Probability("attention_probs_dropout_prob", AttentionProbsDropoutProb);
        Probability("classifier_dropout", ClassifierDropout ?? 0);
        Probability("qa_dropout", AnswersDropout);
        Positive("initializer_range", InitializerRange);
        Positive("layer_norm_eps", LayerNormEps);
    }
}

/// <summary>The non-linearity between the two feed-forward layers (<c>hidden_act</c>).</summary>
public enum Activation
{
    /// <summary><c>gelu</c>: x · Φ(x) with the exact error function, as in the published checkpoints.</summary>
    Gelu,

    /// <summary><c>gelu_new</c>, <c>gelu_pytorch_tanh</c>: GELU's tanh approximation, as in Google's own code.</summary>
    GeluTanh,

    /// <summary><c>relu</c>.</summary>
    Relu,

    /// <summary><c>tanh</c>.</summary>
    Tanh,

    /// <summary><c>silu</c>, <c>swish</c>: x · σ(x).</summary>
    Silu,
}

/// <summary>What is made of a cross-encoder's logits, by the names that sentence-transformers' files give it.</summary>
public enum ScoreActivation
{
    /// <summary>Nothing: the score is the logit.</summary>
    Identity,

    /// <summary>The logistic function: the score is from 0 to 1.</summary>
    Sigmoid,
}

/// <summary>How a token's position enters the embeddings.</summary>
public enum PositionEmbedding
{
    /// <summary>A trained table of <c>max_position_embeddings</c> rows (<c>absolute</c>, BERT's own).</summary>
    Learned,

    /// <summary>The fixed sine and cosine table of "Attention Is All You Need"; never trained, but saved as the table it is.</summary>
    Sinusoidal,
}
