using System.Text.RegularExpressions;

namespace BertMLNet.Modeling;

/// <summary>
/// What an encoder of BERT's family does otherwise than BERT. Parameters and configuration have BERT's names throughout; only where
/// files are read and written do they take the encoder's own. The parameter list, both engines, the exporter and the readers of files
/// read it; none of them knows an encoder by name.
/// </summary>
public sealed partial class EncoderVariant
{
    private readonly Dictionary<string, string> _inFiles = [];
    private readonly Dictionary<string, string> _inFilesWhenPooled = [];
    private readonly Dictionary<string, string> _parameters = [];

    internal EncoderVariant()
    {
    }

    /// <summary>The name in messages and documents.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>Hugging Face's <c>model_type</c>, which is also the prefix of the encoder's parameters.</summary>
    public string ModelType { get; internal init; } = "";

    /// <summary>What the names of its classes in Hugging Face's library begin with.</summary>
    internal string ClassPrefix { get; init; } = "";

    /// <summary>
    /// What makes a sequence's vector of its first token's, for the heads that read it; the dense layer is
    /// <see cref="BertParameters.Pooler"/>.
    /// </summary>
    internal IReadOnlyList<HeadLayer> Pooling { get; init; } = [];

    /// <summary>Whether the pooler is a part of the encoder, there without a head too, and not of the heads that need it.</summary>
    internal bool HasPooler { get; init; }

    /// <summary>The non-linearity within heads, where it is not <c>hidden_act</c>.</summary>
    internal Activation? HeadActivation { get; init; }

    /// <summary>The width of the embeddings where the configuration does not tell; the encoder's own where this is null.</summary>
    internal int? EmbeddingSize { get; init; }

    /// <summary>The rate of dropout before the classifier of sequences where the configuration does not tell.</summary>
    internal float? ClassifierDropout { get; init; }

    /// <summary>Whether that rate is for the classifier of tokens too, and not <c>hidden_dropout_prob</c>.</summary>
    internal bool SharesClassifierDropout { get; init; } = true;

    /// <summary>The rate of dropout before the layer that finds answers where the configuration does not tell.</summary>
    internal float AnswersDropout { get; init; }

    /// <summary>
    /// The field, true or false, that tells positions which started as the table of sines; null where they are told as BERT's are.
    /// Where there is such a field, the table that files hold counts.
    /// </summary>
    internal string? SinesField { get; init; }

    /// <summary>The fields of <c>config.json</c> that have another name, or, as null, that are not there.</summary>
    internal IReadOnlyDictionary<string, string?> Fields { get; init; } = new Dictionary<string, string?>();

    /// <summary>The heads that there are for BERT alone.</summary>
    internal IReadOnlyList<Head> Lacks { get; init; } = [];

    /// <summary>
    /// The names of modules, or of single parameters, in files, where they are not BERT's with another prefix;
    /// <c>*</c> is a layer's number.
    /// </summary>
    internal IReadOnlyList<(string Parameter, string InFiles)> Names
    {
        init => Add(_inFiles, value);
    }

    /// <summary>The same for heads that read pooled vectors.</summary>
    internal IReadOnlyList<(string Parameter, string InFiles)> PooledNames
    {
        init => Add(_inFilesWhenPooled, value);
    }

    /// <summary>Whether tokens have types.</summary>
    internal bool HasTokenTypes => FieldOf("type_vocab_size") is not null;

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>The class of Hugging Face's library that has a head.</summary>
    internal string ClassOf(Head head) => $"{ClassPrefix}{head.Architecture.AsSpan(Encoders.Bert.ClassPrefix.Length)}";

    /// <summary>The class of BERT's that has the same head as a class of this encoder; null where there is none.</summary>
    internal string? BertClassOf(string? architecture) =>
        Heads.All.Except(Lacks).FirstOrDefault(head => string.Equals(ClassOf(head), architecture))?.Architecture;

    /// <summary>The heads that a model on disk is read with, those with more tensors before those with fewer.</summary>
    internal IEnumerable<Head> Read => Heads.Read.Except(Lacks);

    /// <summary>Whether a class has a head that is not read.</summary>
    internal bool IsForeign(string? architecture) =>
        architecture is not null && Read.All(head => !string.Equals(ClassOf(head), architecture));

    /// <summary>What a head computes on this encoder: without a pooler, no pooled vectors by themselves.</summary>
    internal IEnumerable<Branch> BranchesOf(Head head) =>
        head.Branches.Where(branch => HasPooler || branch.Reads != Reads.Pooled || branch.Layers.OfType<DenseLayer>().Any());

    /// <summary>Refuses a head that the encoder cannot have.</summary>
    /// <exception cref="BertMLNetException">It has no such head, or no pooler that vectors of texts are to come from.</exception>
    internal void Require(Head head)
    {
        if (Lacks.Contains(head))
            throw new BertMLNetException($"A {Name} model has no head {head}; take a BERT model for it.");
        if (head.Branches.Except(BranchesOf(head)).Any(branch => !branch.Outputs.Contains(TensorNames.PoolerOutput)))
            throw new BertMLNetException($"A {Name} model has no pooler; take another pooling (option pooling): mean, cls or max.");
    }

    /// <summary>What <c>config.json</c> calls a field; null where it has none.</summary>
    internal string? FieldOf(string field) => Fields.GetValueOrDefault(field, field);

    /// <summary>What files call a parameter.</summary>
    internal string NameInFiles(string parameter, Head head)
    {
        string? found = head.HasPooler ? Find(_inFilesWhenPooled, parameter) : null;
        return found ?? Find(_inFiles, parameter) ?? Prefixed(parameter, Encoders.Bert.ModelType, ModelType);
    }

    /// <summary>The parameter that a file's tensor is by its name; a name that is none, or BERT's already, stays.</summary>
    internal string ParameterOf(string name) => Find(_parameters, name) ?? Prefixed(name, ModelType, Encoders.Bert.ModelType);

    private static string Prefixed(string name, string prefix, string other) =>
        name.StartsWith($"{prefix}.", StringComparison.Ordinal) ? $"{other}{name.AsSpan(prefix.Length)}" : name;

    /// <summary>Looks a parameter up by its own name, and then by its module's.</summary>
    private static string? Find(Dictionary<string, string> names, string name)
    {
        Match layer = LayerNumber().Match(name);
        string pattern = layer.Success ? $"{name.AsSpan(0, layer.Index)}.*.{name.AsSpan(layer.Index + layer.Length)}" : name;
        int end = pattern.LastIndexOf('.');
        string? found = names.GetValueOrDefault(pattern)
            ?? (end > 0 && names.TryGetValue(pattern[..end], out string? module) ? $"{module}{pattern.AsSpan(end)}" : null);
        return found?.Replace(".*.", layer.Value, StringComparison.Ordinal);
    }

    private void Add(Dictionary<string, string> inFiles, IReadOnlyList<(string Parameter, string InFiles)> names)
    {
        foreach ((string parameter, string own) in names)
        {
            inFiles.Add(parameter, own);
            _parameters.Add(own, parameter);
        }
    }

    [GeneratedRegex(@"\.[0-9]+\.", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LayerNumber();
}

/// <summary>All encoders that there are.</summary>
public static class Encoders
{
    private const string Layer = "bert.encoder.layer.*";
    private const string DistilLayer = "distilbert.transformer.layer.*";

    /// <summary>BERT (Devlin et al., 2018, https://arxiv.org/abs/1810.04805).</summary>
    public static EncoderVariant Bert { get; } = new()
    {
        Name = "BERT",
        ModelType = "bert",
        ClassPrefix = "Bert",
        Pooling = [new DenseLayer(BertParameters.Pooler, Width.Hidden), new ActivationLayer(Activation.Tanh)],
        HasPooler = true,
        Fields = new Dictionary<string, string?> { ["embedding_size"] = null, ["qa_dropout"] = null },
    };

    /// <summary>
    /// DistilBERT (Sanh et al., 2019, https://arxiv.org/abs/1910.01108): no token types, and no pooler but in the heads of sequences.
    /// </summary>
    public static EncoderVariant DistilBert { get; } = new()
    {
        Name = "DistilBERT",
        ModelType = "distilbert",
        ClassPrefix = "DistilBert",
        Pooling = [new DenseLayer(BertParameters.Pooler, Width.Hidden), new ActivationLayer(Activation.Relu)],
        ClassifierDropout = 0.2f,
        AnswersDropout = 0.1f,
        SharesClassifierDropout = false,
        SinesField = "sinusoidal_pos_embds",
        Fields = new Dictionary<string, string?>
        {
            ["hidden_size"] = "dim",
            ["num_hidden_layers"] = "n_layers",
            ["num_attention_heads"] = "n_heads",
            ["intermediate_size"] = "hidden_dim",
            ["hidden_act"] = "activation",
            ["hidden_dropout_prob"] = "dropout",
            ["attention_probs_dropout_prob"] = "attention_dropout",
            ["classifier_dropout"] = "seq_classif_dropout",
            ["embedding_size"] = null,
            ["type_vocab_size"] = null,
            ["layer_norm_eps"] = null,
        },
        Lacks = [Heads.PreTraining],
        Names =
        [
            ($"{Layer}.attention.self.query", $"{DistilLayer}.attention.q_lin"),
            ($"{Layer}.attention.self.key", $"{DistilLayer}.attention.k_lin"),
            ($"{Layer}.attention.self.value", $"{DistilLayer}.attention.v_lin"),
            ($"{Layer}.attention.output.dense", $"{DistilLayer}.attention.out_lin"),
            ($"{Layer}.attention.output.LayerNorm", $"{DistilLayer}.sa_layer_norm"),
            ($"{Layer}.intermediate.dense", $"{DistilLayer}.ffn.lin1"),
            ($"{Layer}.output.dense", $"{DistilLayer}.ffn.lin2"),
            ($"{Layer}.output.LayerNorm", $"{DistilLayer}.output_layer_norm"),
            (BertParameters.Pooler, "pre_classifier"),
            (BertParameters.PredictionTransform, "vocab_transform"),
            (BertParameters.PredictionNorm, "vocab_layer_norm"),
            (BertParameters.PredictionBias, "vocab_projector.bias"),
            (HuggingFaceNaming.TiedDecoder, "vocab_projector.weight"),
        ],
    };

    /// <summary>
    /// ELECTRA (Clark et al., 2020, https://arxiv.org/abs/2003.10555), discriminators and generators: embeddings that may be narrower
    /// than the encoder, and no pooler but in the heads of sequences.
    /// </summary>
    public static EncoderVariant Electra { get; } = new()
    {
        Name = "ELECTRA",
        ModelType = "electra",
        ClassPrefix = "Electra",
        Pooling = [new DropoutLayer(DropoutSite.Classifier), new DenseLayer(BertParameters.Pooler, Width.Hidden), new ActivationLayer()],
        HeadActivation = Activation.Gelu,
        EmbeddingSize = 128,
        Fields = new Dictionary<string, string?> { ["qa_dropout"] = null },
        Lacks = [Heads.PreTraining],
        Names =
        [
            (BertParameters.PredictionTransform, "generator_predictions.dense"),
            (BertParameters.PredictionNorm, "generator_predictions.LayerNorm"),
            (BertParameters.PredictionBias, "generator_lm_head.bias"),
            (HuggingFaceNaming.TiedDecoder, "generator_lm_head.weight"),
        ],
        PooledNames =
        [
            (BertParameters.Pooler, "classifier.dense"),
            (BertParameters.Classifier, "classifier.out_proj"),
        ],
    };

    /// <summary>Every encoder.</summary>
    public static IReadOnlyList<EncoderVariant> All { get; } = [Bert, DistilBert, Electra];

    /// <summary>Their types, for messages.</summary>
    internal static string Known => string.Join(", ", All.Select(encoder => $"\"{encoder.ModelType}\""));

    /// <summary>The encoder that a configuration names by its type, or else by its class; null where it names another.</summary>
    internal static EncoderVariant? Of(string? modelType, string? architecture) => (modelType, architecture) switch
    {
        ({ } type, _) => All.FirstOrDefault(encoder => string.Equals(encoder.ModelType, type)),
        (_, { } name) => All.FirstOrDefault(encoder => name.StartsWith(encoder.ClassPrefix, StringComparison.Ordinal)),
        _ => Bert,
    };
}
