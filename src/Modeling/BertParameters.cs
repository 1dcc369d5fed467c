namespace BertMLNet.Modeling;

/// <summary>
/// The parameters of a model, in order, under the names that Hugging Face's checkpoints of BERT use. Every other part of the
/// project that names a parameter takes the name from here; what the files of another encoder call it is its
/// <see cref="EncoderVariant"/>'s.
/// </summary>
internal static class BertParameters
{
    /// <summary>[vocab_size, embedding_size].</summary>
    public const string WordEmbeddings = "bert.embeddings.word_embeddings.weight";

    /// <summary>[max_position_embeddings, embedding_size].</summary>
    public const string PositionEmbeddings = "bert.embeddings.position_embeddings.weight";

    /// <summary>[type_vocab_size, embedding_size].</summary>
    public const string TokenTypeEmbeddings = "bert.embeddings.token_type_embeddings.weight";

    /// <summary>The layer normalisation of the embeddings; <c>.weight</c> and <c>.bias</c> [embedding_size].</summary>
    public const string EmbeddingsNorm = "bert.embeddings.LayerNorm";

    /// <summary>The linear layer that widens embeddings which are narrower than the encoder, [hidden_size, embedding_size].</summary>
    public const string EmbeddingsProjection = "bert.embeddings_project";

    /// <summary>The pooler's linear layer [hidden_size, hidden_size].</summary>
    public const string Pooler = "bert.pooler.dense";

    /// <summary>The classification head's linear layer [labels, hidden_size].</summary>
    public const string Classifier = "classifier";

    /// <summary>The question answering head's linear layer [2, hidden_size]: row 0 gives start logits, row 1 end logits.</summary>
    public const string QaOutputs = "qa_outputs";

    /// <summary>The masked-token head's linear layer [embedding_size, hidden_size].</summary>
    public const string PredictionTransform = "cls.predictions.transform.dense";

    /// <summary>The masked-token head's layer normalisation.</summary>
    public const string PredictionNorm = "cls.predictions.transform.LayerNorm";

    /// <summary>The masked-token head's output bias [vocab_size]; its weight is <see cref="WordEmbeddings"/>.</summary>
    public const string PredictionBias = "cls.predictions.bias";

    /// <summary>The linear layer on the pooled [CLS] vector that judges two texts in pre-training, [2, hidden_size].</summary>
    public const string SentenceRelationship = "cls.seq_relationship";

    /// <summary>The prefix of encoder layer <paramref name="layer"/>'s parameters, counted from 0.</summary>
    public static string EncoderLayer(int layer) => $"bert.encoder.layer.{layer}";

    /// <summary>Lists every parameter of the model in checkpoint order.</summary>
    public static IReadOnlyList<ParameterSpec> For(BertConfig config, Head head)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(head);
        var specs = new List<ParameterSpec>();
        EncoderVariant encoder = config.Encoder;
        encoder.Require(head);
        int hidden = config.HiddenSize, embedding = config.EmbeddingSize;
        int layer = 0;

        void Weight(string name, int rows, int columns) =>
            specs.Add(new(name, [rows, columns], Initialization.TruncatedNormal, layer));
        void Linear(string name, int inputs, int outputs)
        {
            Weight($"{name}.weight", outputs, inputs);
            specs.Add(new($"{name}.bias", [outputs], Initialization.Zeros, layer));
        }
        void Norm(string name, int width)
        {
            specs.Add(new($"{name}.weight", [width], Initialization.Ones, layer));
            specs.Add(new($"{name}.bias", [width], Initialization.Zeros, layer));
        }
        void Layers(IReadOnlyList<HeadLayer> parts)
        {
            int width = hidden;
            foreach (HeadLayer part in parts)
            {
                switch (part)
                {
                    case DenseLayer dense:
                        Linear(dense.Name, width, width = dense.Width.Of(config));
                        break;
                    case NormLayer norm:
                        Norm(norm.Name, width);
                        break;
                    case TiedLayer tied:
                        specs.Add(new(tied.Bias, [config.VocabSize], Initialization.Zeros, layer));
                        break;
                }
            }
        }

        Weight(WordEmbeddings, config.VocabSize, embedding);
        specs.Add(new(
            PositionEmbeddings,
            [config.MaxPositionEmbeddings, embedding],
            config.PositionEmbedding == PositionEmbedding.Sinusoidal ? Initialization.Sinusoidal : Initialization.TruncatedNormal,
            layer));
        if (encoder.HasTokenTypes)
            Weight(TokenTypeEmbeddings, config.TypeVocabSize, embedding);
        Norm(EmbeddingsNorm, embedding);
        if (embedding != hidden)
            Linear(EmbeddingsProjection, embedding, hidden);

        for (int i = 0; i < config.NumHiddenLayers; i++)
        {
            layer = i + 1;
            string prefix = EncoderLayer(i);
            Linear($"{prefix}.attention.self.query", hidden, hidden);
            Linear($"{prefix}.attention.self.key", hidden, hidden);
            Linear($"{prefix}.attention.self.value", hidden, hidden);
            Linear($"{prefix}.attention.output.dense", hidden, hidden);
            Norm($"{prefix}.attention.output.LayerNorm", hidden);
            Linear($"{prefix}.intermediate.dense", hidden, config.IntermediateSize);
            Linear($"{prefix}.output.dense", config.IntermediateSize, hidden);
            Norm($"{prefix}.output.LayerNorm", hidden);
        }

        layer = config.NumHiddenLayers + 1;
        if (encoder.BranchesOf(head).Any(branch => branch.Reads == Reads.Pooled))
            Layers(encoder.Pooling);
        foreach (Branch branch in head.Branches)
            Layers(branch.Layers);
        return specs;
    }
}

/// <summary>One parameter tensor of a model: its Hugging Face name, its shape, how it starts and how it is trained.</summary>
/// <param name="Name">The key in a Hugging Face checkpoint, e.g. <c>bert.encoder.layer.0.attention.self.query.weight</c>.</param>
/// <param name="Shape">The dimensions; a linear layer's weight is [out, in].</param>
/// <param name="Initialization">The start value where no checkpoint holds the parameter.</param>
/// <param name="Layer">
/// Depth for layer-wise learning rates: 0 for the embeddings, 1 to <c>num_hidden_layers</c> for the encoder layers, one
/// more for the pooler and the head.
/// </param>
public sealed record ParameterSpec(string Name, int[] Shape, Initialization Initialization, int Layer)
{
    /// <summary>The number of elements.</summary>
    public int Count { get; } = checked(Shape.Aggregate(1, (product, size) => checked(product * size)));

    /// <summary>Whether weight decay applies: to weight matrices, never to biases and layer normalisation (Devlin et al., 2018).</summary>
    public bool Decays => Shape.Length == 2;

    /// <summary>Whether training changes the parameter; fixed sinusoidal positions stay as they are.</summary>
    public bool IsTrainable => Initialization != Initialization.Sinusoidal;
}
