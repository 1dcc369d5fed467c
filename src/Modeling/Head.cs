using static BertMLNet.Modeling.BertParameters;

namespace BertMLNet.Modeling;

/// <summary>
/// What stands on top of the encoder. The parameter list, both engines, the exporter and the model folder read it; none of
/// them knows a head by name.
/// </summary>
public sealed record Head
{
    /// <summary>Describes a head.</summary>
    internal Head(string name, string architecture, string pipeline, params IReadOnlyList<Branch> branches) =>
        (Name, Architecture, Pipeline, Branches) = (name, architecture, pipeline, branches);

    /// <summary>The head in messages.</summary>
    public string Name { get; internal init; }

    /// <summary>
    /// The class of Hugging Face's library that a saved BERT names in <c>architectures</c>; see <see cref="EncoderVariant.ClassOf"/>.
    /// </summary>
    public string Architecture { get; internal init; }

    /// <summary>The task's tag in Hugging Face's model cards, and of its entry in <c>task_specific_params</c>.</summary>
    public string Pipeline { get; internal init; }

    /// <summary>What it computes: pre-training and the bare encoder give two things, all others one.</summary>
    internal IReadOnlyList<Branch> Branches { get; init; }

    /// <summary>Hugging Face's <c>problem_type</c>, which tells heads of one architecture apart; null where there is but one.</summary>
    public string? ProblemType { get; init; }

    /// <summary>What scores with it, a class of <c>BertMLNet.Scoring</c> and a transform of ML.NET; null where nothing does.</summary>
    internal string? Scorer { get; init; }

    /// <summary>Whether a branch reads pooled vectors; Hugging Face saves no pooler for the others.</summary>
    public bool HasPooler => Branches.Any(branch => branch.Reads == Reads.Pooled);

    /// <summary>Whether a branch reads masked tokens: such a model is there to be fine-tuned, and has no inference graph.</summary>
    public bool ReadsMaskedTokens => Branches.Any(branch => branch.Reads == Reads.Masked);

    /// <summary>Whether it answers for a task that it was trained for, where others encode texts or guess words.</summary>
    internal bool HasTask => !ReadsMaskedTokens && Branches.Any(branch => branch.Loss is not null);

    /// <summary>Whether its outputs are one a label of the configuration.</summary>
    public bool HasLabels => DenseLayers.Any(layer => layer.Width == Width.Labels);

    /// <summary>The layers with a weight matrix of their own.</summary>
    internal IEnumerable<DenseLayer> DenseLayers => Branches.SelectMany(branch => branch.Layers).OfType<DenseLayer>();

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>One thing that a head computes.</summary>
/// <param name="Reads">The vectors that it takes.</param>
/// <param name="Layers">What it does to them, one after another.</param>
/// <param name="Outputs">
/// What comes out, by the names that training, evaluation and graphs share: the last layer's result under one name, or its
/// columns under a name each.
/// </param>
/// <param name="Loss">What it is trained with; null where it is not trained.</param>
internal sealed record Branch(Reads Reads, IReadOnlyList<HeadLayer> Layers, IReadOnlyList<string> Outputs, Loss? Loss)
{
    /// <summary>Whether its outputs have a row a token: it reads all tokens' vectors, and does not make one of them.</summary>
    internal bool HasRowPerToken => Reads == Reads.All && !Layers.OfType<PoolLayer>().Any();
}

/// <summary>Which of the encoder's vectors a branch takes.</summary>
internal enum Reads
{
    /// <summary>Each sequence's first, [CLS], through the pooler: [batch, hidden].</summary>
    Pooled,

    /// <summary>Each sequence's first, [CLS], as the encoder gives it: [batch, hidden].</summary>
    First,

    /// <summary>Every token's: [tokens, hidden].</summary>
    All,

    /// <summary>The masked tokens': [masked, hidden].</summary>
    Masked,
}

/// <summary>One step of a head.</summary>
internal abstract record HeadLayer;

/// <summary>A linear layer.</summary>
/// <param name="Name">The prefix of its parameters, <c>.weight</c> [width, inputs] and <c>.bias</c> [width].</param>
/// <param name="Width">How many numbers come out.</param>
internal sealed record DenseLayer(string Name, Width Width) : HeadLayer;

/// <summary>A non-linearity.</summary>
/// <param name="Activation">Which one; null for the encoder's own, <c>hidden_act</c>, or what it has in its heads instead.</param>
internal sealed record ActivationLayer(Activation? Activation = null) : HeadLayer;

/// <summary>Layer normalisation.</summary>
/// <param name="Name">The prefix of its parameters, <c>.weight</c> and <c>.bias</c> [width].</param>
internal sealed record NormLayer(string Name) : HeadLayer;

/// <summary>Dropout in training.</summary>
/// <param name="Site">Where it stands, which tells its rate.</param>
internal sealed record DropoutLayer(DropoutSite Site) : HeadLayer;

/// <summary>Where a model drops activations in training.</summary>
internal enum DropoutSite
{
    /// <summary>After the embeddings, the attention output or the feed-forward output.</summary>
    Hidden,

    /// <summary>On the attention weights.</summary>
    Attention,

    /// <summary>On the vectors before the classifier of sequences.</summary>
    Classifier,

    /// <summary>On the vectors before the classifier of tokens.</summary>
    Tokens,

    /// <summary>On the vectors before the layer that finds answers.</summary>
    Answers,
}

/// <summary>The word embeddings as output matrix, [vocab_size, embedding_size].</summary>
/// <param name="Bias">The name of its bias, [vocab_size].</param>
internal sealed record TiedLayer(string Bias) : HeadLayer;

/// <summary>One vector of all tokens' vectors of a sequence: [tokens, hidden] to [batch, hidden].</summary>
/// <param name="Pooling">How; of those that read every token.</param>
internal sealed record PoolLayer(Pooling Pooling) : HeadLayer;

/// <summary>Vectors made one long.</summary>
internal sealed record UnitLengthLayer : HeadLayer;

/// <summary>How many numbers a layer gives: a fixed number, or one that the configuration tells.</summary>
internal readonly record struct Width
{
    private Width(int size) => Size = size;

    private int Size { get; }

    /// <summary>One a label of the configuration.</summary>
    public static Width Labels { get; } = new(-1);

    /// <summary>As many as the encoder's vectors have, <c>hidden_size</c>.</summary>
    public static Width Hidden { get; } = new(-2);

    /// <summary>As many as the word embeddings have, <c>embedding_size</c>.</summary>
    public static Width Embedding { get; } = new(-3);

    /// <summary>A fixed number.</summary>
    public static implicit operator Width(int size) => new(size);

    /// <summary>The number for a model.</summary>
    public int Of(BertConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return Size switch { -1 => config.NumLabels, -2 => config.HiddenSize, -3 => config.EmbeddingSize, _ => Size };
    }
}

/// <summary>What a branch is trained with. Each engine has one function for each.</summary>
internal enum Loss
{
    /// <summary>One class of several for each example: <c>ClassTargets</c>.</summary>
    CrossEntropy,

    /// <summary>Each label for itself, there or not, for each example: <c>LabelTargets</c>.</summary>
    BinaryCrossEntropy,

    /// <summary>A value for each example: <c>ValueTargets</c>.</summary>
    MeanSquaredError,

    /// <summary>A first and a last token for each example: <c>SpanTargets</c>.</summary>
    Spans,

    /// <summary>One class of several for each token that has one: <c>TokenTargets</c>.</summary>
    Tokens,

    /// <summary>The word that stood at each masked token: <c>MaskedTokenTargets</c>.</summary>
    MaskedTokens,
}

/// <summary>All heads that there are.</summary>
public static class Heads
{
    private static readonly DropoutLayer Dropout = new(DropoutSite.Classifier);

    private static readonly HeadLayer[] TokenPrediction =
    [
        new DenseLayer(PredictionTransform, Width.Embedding),
        new ActivationLayer(),
        new NormLayer(PredictionNorm),
        new TiedLayer(PredictionBias),
    ];

    /// <summary>The encoder and its pooler alone.</summary>
    public static Head Encoder { get; } = new(
        "None", "BertModel", "feature-extraction",
        new Branch(Reads.All, [], [TensorNames.LastHiddenState], Loss: null),
        new Branch(Reads.Pooled, [], [TensorNames.PoolerOutput], Loss: null));

    /// <summary>One class of several for a text or a pair of texts: logits [batch, labels].</summary>
    public static Head Classes { get; } = new(
        "PairClassification", "BertForSequenceClassification", "text-classification",
        new Branch(Reads.Pooled, [Dropout, new DenseLayer(Classifier, Width.Labels)], [TensorNames.Logits], Loss.CrossEntropy))
    {
        ProblemType = "single_label_classification",
        Scorer = "PairClassifier, in ML.NET BertPairClassify",
    };

    /// <summary>Any number of labels for a text or a pair of texts: logits [batch, labels].</summary>
    public static Head Labels { get; } = new(
        "LabelClassification", "BertForSequenceClassification", "text-classification",
        new Branch(Reads.Pooled, [Dropout, new DenseLayer(Classifier, Width.Labels)], [TensorNames.Logits], Loss.BinaryCrossEntropy))
    {
        ProblemType = "multi_label_classification",
        Scorer = "MultiLabelClassifier, in ML.NET BertLabelTexts",
    };

    /// <summary>A value for a text or a pair of texts: [batch, 1], the configuration having one label.</summary>
    public static Head Value { get; } = new(
        "Regression", "BertForSequenceClassification", "text-classification",
        new Branch(Reads.Pooled, [Dropout, new DenseLayer(Classifier, Width.Labels)], [TensorNames.Logits], Loss.MeanSquaredError))
    {
        ProblemType = "regression",
        Scorer = "PairScorer, in ML.NET BertPairScore",
    };

    /// <summary>One class of several for each token: logits [tokens, labels].</summary>
    public static Head Tokens { get; } = new(
        "TokenClassification", "BertForTokenClassification", "token-classification",
        new Branch(
            Reads.All,
            [new DropoutLayer(DropoutSite.Tokens), new DenseLayer(Classifier, Width.Labels)],
            [TensorNames.Logits],
            Loss.Tokens))
    {
        Scorer = "EntityRecognizer, in ML.NET BertRecognizeEntities",
    };

    /// <summary>A passage's span that answers a question: start and end logits, one a token.</summary>
    public static Head Questions { get; } = new(
        "QuestionAnswering", "BertForQuestionAnswering", "question-answering",
        new Branch(
            Reads.All,
            [new DropoutLayer(DropoutSite.Answers), new DenseLayer(QaOutputs, 2)],
            [TensorNames.StartLogits, TensorNames.EndLogits],
            Loss.Spans))
    {
        Scorer = "QuestionAnswerer, in ML.NET BertAnswerQuestion",
    };

    /// <summary>The words that stood at masked tokens: logits [masked, vocabulary].</summary>
    public static Head MaskedTokens { get; } = new(
        "MaskedLanguageModel", "BertForMaskedLM", "fill-mask",
        new Branch(Reads.Masked, TokenPrediction, [TensorNames.PredictionLogits], Loss.MaskedTokens));

    /// <summary>Masked tokens, and a judgement of two texts: logits [masked, vocabulary] and [batch, 2].</summary>
    public static Head PreTraining { get; } = new(
        "PreTraining", "BertForPreTraining", "fill-mask",
        new Branch(Reads.Masked, TokenPrediction, [TensorNames.PredictionLogits], Loss.MaskedTokens),
        new Branch(Reads.Pooled, [new DenseLayer(SentenceRelationship, 2)], [TensorNames.RelationshipLogits], Loss.CrossEntropy));

    private static readonly Dictionary<(Pooling Pooling, bool Normalize), Head> Embeddings = (
        from pooling in Enum.GetValues<Pooling>()
        from normalize in new[] { false, true }
        select (Key: (pooling, normalize), Head: WithEmbedding(pooling, normalize))).ToDictionary(entry => entry.Key, entry => entry.Head);

    /// <summary>The encoder with a vector a text, [batch, hidden], beside what it gives anyhow.</summary>
    /// <param name="pooling">How one vector is made of a text's tokens.</param>
    /// <param name="normalize">Whether vectors are made one long.</param>
    public static Head Embedding(Pooling pooling, bool normalize) => Embeddings[(pooling, normalize)];

    /// <summary>Every head, those of embeddings aside.</summary>
    public static IReadOnlyList<Head> All { get; } = [Classes, Labels, Value, Tokens, Questions, PreTraining, MaskedTokens, Encoder];

    /// <summary>The heads that a model on disk is read with, those with more tensors before those with fewer.</summary>
    internal static IReadOnlyList<Head> Read { get; } = [Classes, Labels, Value, Tokens, Questions, PreTraining, MaskedTokens, Encoder];

    /// <summary>
    /// The head that a configuration names; <see cref="Encoder"/> where it names a class that is not known, or one for which
    /// this library has no use (multiple choice, next sentence).
    /// </summary>
    /// <param name="architecture">The class of Hugging Face's library, of those of BERT.</param>
    /// <param name="problemType">The <c>problem_type</c>, where the file has one.</param>
    /// <returns>The head; null where the class is known but no head of it has this problem.</returns>
    internal static Head? Of(string? architecture, string? problemType)
    {
        Head[] heads = [.. Read.Where(head => string.Equals(head.Architecture, architecture))];
        return heads is [] or [{ ProblemType: null }] || problemType is null
            ? heads.FirstOrDefault(Encoder)
            : heads.FirstOrDefault(head => string.Equals(head.ProblemType, problemType));
    }

    private static Head WithEmbedding(Pooling pooling, bool normalize)
    {
        Reads reads = pooling switch { Pooling.Pooler => Reads.Pooled, Pooling.Cls => Reads.First, _ => Reads.All };
        HeadLayer[] pool = reads == Reads.All ? [new PoolLayer(pooling)] : [];
        HeadLayer[] scale = normalize ? [new UnitLengthLayer()] : [];
        var branch = new Branch(reads, [.. pool, .. scale], [TensorNames.SentenceEmbedding], Loss: null);
        return Encoder with { Name = "Embedding", Branches = [.. Encoder.Branches, branch] };
    }
}
