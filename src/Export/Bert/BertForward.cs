using BertMLNet.Modeling;

namespace BertMLNet.Export;

/// <summary>
/// BERT's forward pass, written once (Devlin et al., 2018, https://arxiv.org/abs/1810.04805). The methods read from top
/// to bottom as the model computes; what differs between a padded graph for inference and a packed one for training
/// (how tokens lie in memory, where weights come from, dropout) is left to subclasses.
/// </summary>
/// <remarks>
/// In the comments <c>tokens</c> stands for the leading dimensions of a hidden state: [batch, sequence] in a padded
/// graph, [tokens] in a packed one. H is the hidden size, E the embeddings' width, A the number of heads, D the head size.
/// </remarks>
internal abstract class BertForward(GraphBuilder graph, BertConfig config)
{
    /// <summary>What vectors are divided by that are shorter, none of a model's own; as sentence-transformers does it.</summary>
    private const float ShortestVector = 1e-12f;

    protected GraphBuilder Graph { get; } = graph;

    protected BertConfig Config { get; } = config;

    /// <summary>
    /// The encoder and a head on it. Each branch is written when it is asked for: what the caller does with one comes before
    /// the next in the graph.
    /// </summary>
    /// <returns>Each branch with the result of its last layer.</returns>
    public IEnumerable<(Branch Branch, GraphValue Result)> Run(Head head)
    {
        GraphValue hidden = Encode(selectedOnly: head.Branches.All(branch => branch.Reads != Reads.All));
        GraphValue? pooled = null;
        foreach (Branch branch in Config.Encoder.BranchesOf(head))
        {
            GraphValue x = branch.Reads switch
            {
                Reads.Pooled => pooled ??= Pooled(hidden),                              // [batch, H]
                Reads.First => DropSequence(FirstTokens(hidden)),                       // [batch, H]
                Reads.Masked => MaskedTokens(hidden),                                   // [masked, H]
                _ => hidden,                                                            // [tokens, H]
            };
            if (branch.Layers.OfType<DenseLayer>().FirstOrDefault() is { } first)
                Graph.EnterScope(first.Name);
            foreach (HeadLayer layer in branch.Layers)
                x = Apply(layer, x);
            yield return (branch, x);
        }
    }

    /// <summary>What comes out of a branch, by name: its result, or the columns of it.</summary>
    public IEnumerable<(string Name, GraphValue Value)> Outputs(Branch branch, GraphValue result)
    {
        foreach ((int column, string name) in branch.Outputs.Index())
            yield return (name, branch.Outputs.Count == 1 ? result : Graph.Gather(result, Graph.Integer(column), axis: result.Rank - 1));
    }

    private GraphValue Apply(HeadLayer layer, GraphValue x) => layer switch
    {
        DenseLayer dense => Linear(x, dense.Name),
        ActivationLayer activation => Activate(x, Config.ActivationOf(activation)),
        NormLayer norm => Norm(x, norm.Name),
        DropoutLayer dropout => Dropout(x, dropout.Site),
        PoolLayer pool => Pool(pool.Pooling, x),
        UnitLengthLayer => Graph.Div(x, Graph.Maximum(Graph.Norm(x), Scalar(ShortestVector))),
        TiedLayer tied => Graph.Gemm(x, Parameter(BertParameters.WordEmbeddings), Parameter(tied.Bias), transposeB: true),
        _ => throw new NotSupportedException($"The layer {layer} is unknown."),
    };

    /// <summary>What the encoder makes of the first token's vector for the heads that read sequences, [batch, H].</summary>
    /// <param name="hidden">An encoder output, all tokens or the first ones only.</param>
    protected GraphValue Pooled(GraphValue hidden)
    {
        Graph.EnterScope(BertParameters.Pooler);
        return Config.Encoder.Pooling.Aggregate(DropSequence(FirstTokens(hidden)), (x, layer) => Apply(layer, x));
    }

    /// <summary>
    /// One vector of each sequence's tokens, [batch, H]. The mean is what attention gives where every token scores the same, so that
    /// both layouts have all that it takes: tokens laid out a head at a time, and what leaves padding out.
    /// </summary>
    private GraphValue Pool(Pooling pooling, GraphValue hidden)
    {
        Graph.EnterScope("pooling");
        GraphValue tokens = SplitHeads(hidden, hidden);                                 // [batch, A, longest, D]
        GraphValue bias = AttentionBias();                                              // [batch, 1, 1, longest]
        GraphValue pooled = pooling switch                                              // [batch, A, 1, D]
        {
            Pooling.Mean => Mean(),
            Pooling.MeanSqrtLength => Graph.Mul(Mean(), Graph.Sqrt(Graph.ReduceSum(Graph.Exp(bias), [3], keepDimensions: true))),
            Pooling.Max => Graph.ReduceMax(Graph.Add(tokens, Graph.Transpose(bias, 0, 1, 3, 2)), axis: 2),
            _ => throw new NotSupportedException($"The pooling {pooling} does not read every token."),
        };
        return Graph.Reshape(pooled, pooled.Shape[0], Config.HiddenSize);

        GraphValue Mean() => Graph.MatMul(Graph.Softmax(bias), tokens);
    }

    /// <summary>Embeddings and all encoder layers.</summary>
    /// <param name="selectedOnly">
    /// Whether the head reads some tokens' vectors only, those of <see cref="SelectedTokens"/>. The last layer then still
    /// attends to every token, but computes queries, output projection and feed-forward for the selected ones alone, which
    /// changes no result.
    /// </param>
    /// <returns>[tokens, H], or the selected tokens' vectors.</returns>
    protected GraphValue Encode(bool selectedOnly)
    {
        GraphValue hidden = Embeddings();                                               // [tokens, E]
        if (Config.EmbeddingSize != Config.HiddenSize)
            hidden = Linear(hidden, BertParameters.EmbeddingsProjection);               // [tokens, H]
        for (int layer = 0; layer < Config.NumHiddenLayers; layer++)
            hidden = EncoderLayer(layer, hidden, selectedOnly && layer == Config.NumHiddenLayers - 1);
        return hidden;
    }

    /// <summary>Word and position embeddings, and those of types where there are any, summed and normalised: [tokens, E].</summary>
    protected virtual GraphValue Embeddings()
    {
        Graph.EnterScope("bert.embeddings");
        GraphValue sum = WordEmbeddings();                                              // [tokens, E]
        if (Config.Encoder.HasTokenTypes)
            sum = Graph.Add(sum, TokenTypeEmbeddings());
        sum = Graph.Add(sum, PositionEmbeddings());
        return Dropout(Norm(sum, BertParameters.EmbeddingsNorm), DropoutSite.Hidden);
    }

    /// <summary>Attention and feed-forward, each followed by dropout, a residual connection and layer normalisation.</summary>
    private GraphValue EncoderLayer(int layer, GraphValue hidden, bool selectedOnly)
    {
        string prefix = BertParameters.EncoderLayer(layer);
        Graph.EnterScope($"{prefix}.attention");
        GraphValue queries = selectedOnly ? SelectedTokens(hidden) : hidden;            // [tokens or selected tokens, H]
        GraphValue context = SelfAttention($"{prefix}.attention.self", queries, hidden);
        GraphValue attended = AddNorm(context, queries, $"{prefix}.attention.output");
        Graph.EnterScope($"{prefix}.intermediate");
        GraphValue wide = FeedForward(attended, $"{prefix}.intermediate.dense");        // [.., intermediate]
        Graph.EnterScope($"{prefix}.output");
        return AddNorm(wide, attended, $"{prefix}.output");
    }

    /// <summary>softmax(Q Kᵀ / √D + mask) V for every head.</summary>
    /// <param name="prefix">The names' prefix.</param>
    /// <param name="queries">The vectors that attend: <paramref name="hidden"/>, or its selected tokens.</param>
    /// <param name="hidden">The vectors that are attended to, [tokens, H].</param>
    /// <returns>The heads' contexts side by side, shaped as <paramref name="queries"/>.</returns>
    protected virtual GraphValue SelfAttention(string prefix, GraphValue queries, GraphValue hidden)
    {
        GraphValue q = SplitHeads(Linear(queries, $"{prefix}.query"), hidden);          // [batch, A, queries, D]
        GraphValue k = SplitHeads(Linear(hidden, $"{prefix}.key"), hidden);             // [batch, A, longest, D]
        GraphValue v = SplitHeads(Linear(hidden, $"{prefix}.value"), hidden);           // [batch, A, longest, D]
        GraphValue scores = Graph.Add(AttentionScores(q, k), AttentionBias());          // [batch, A, queries, longest]
        GraphValue weights = Dropout(Graph.Softmax(scores), DropoutSite.Attention);
        return MergeHeads(Graph.MatMul(weights, v), queries);                           // [queries, H]
    }

    /// <summary>Linear layer, dropout, residual connection and layer normalisation.</summary>
    protected virtual GraphValue AddNorm(GraphValue x, GraphValue residual, string prefix)
    {
        GraphValue projected = Dropout(Linear(x, $"{prefix}.dense"), DropoutSite.Hidden);
        return Norm(Graph.Add(projected, residual), $"{prefix}.LayerNorm");
    }

    /// <summary>A linear layer with the configured non-linearity.</summary>
    protected virtual GraphValue FeedForward(GraphValue x, string name) => Activate(Linear(x, name), Config.HiddenAct);

    protected GraphValue Activate(GraphValue x, Activation activation) => activation switch
    {
        Activation.Gelu => Gelu(x),
        Activation.GeluTanh => GeluTanh(x),
        Activation.Relu => Graph.Relu(x),
        Activation.Tanh => Graph.Tanh(x),
        Activation.Silu => Graph.Mul(x, Graph.Sigmoid(x)),
        _ => throw new NotSupportedException($"The activation {activation} is unknown."),
    };

    /// <summary>x · ½ (1 + erf(x / √2)).</summary>
    protected virtual GraphValue Gelu(GraphValue x)
    {
        GraphValue erf = Graph.Erf(Graph.Mul(x, Scalar(MathF.Sqrt(0.5f))));
        return Graph.Mul(x, Graph.Mul(Graph.Add(erf, Scalar(1f)), Scalar(0.5f)));
    }

    /// <summary>½ x (1 + tanh(√(2/π) (x + 0.044715 x³))), the approximation of Hendrycks and Gimpel, 2016.</summary>
    protected virtual GraphValue GeluTanh(GraphValue x)
    {
        GraphValue cube = Graph.Mul(Graph.Mul(x, x), x);
        GraphValue inner = Graph.Add(x, Graph.Mul(cube, Scalar(0.044715f)));
        GraphValue tanh = Graph.Tanh(Graph.Mul(inner, Scalar(MathF.Sqrt(2f / MathF.PI))));
        return Graph.Mul(Graph.Mul(x, Scalar(0.5f)), Graph.Add(tanh, Scalar(1f)));
    }

    /// <summary>A constant in the precision that the model computes in.</summary>
    protected virtual GraphValue Scalar(float value) => Graph.Scalar(value);

    /// <summary>Layer normalisation with the parameters <c>name.weight</c> and <c>name.bias</c>.</summary>
    protected GraphValue Norm(GraphValue x, string name) =>
        Graph.LayerNormalization(x, Parameter($"{name}.weight"), Parameter($"{name}.bias"), Config.LayerNormEps);

    protected abstract GraphValue Parameter(string name);

    /// <summary>x · <c>name.weight</c>ᵀ + <c>name.bias</c>.</summary>
    protected abstract GraphValue Linear(GraphValue x, string name);

    /// <summary>Drops activations in training; returns x as it is in inference.</summary>
    protected abstract GraphValue Dropout(GraphValue x, DropoutSite site);

    /// <summary>Rows of the word embedding table, [tokens, E].</summary>
    protected abstract GraphValue WordEmbeddings();

    /// <summary>Rows of the position embedding table, [tokens, E] or broadcasting to it.</summary>
    protected abstract GraphValue PositionEmbeddings();

    /// <summary>Rows of the token type embedding table, [tokens, E].</summary>
    protected abstract GraphValue TokenTypeEmbeddings();

    /// <summary>The vector of each sequence's first token, [CLS]; values that hold first tokens only pass unchanged.</summary>
    protected abstract GraphValue FirstTokens(GraphValue hidden);

    /// <summary>The vectors that the head reads, where it does not read all: the first tokens'.</summary>
    protected virtual GraphValue SelectedTokens(GraphValue hidden) => FirstTokens(hidden);

    /// <summary>The masked tokens' vectors, [masked, H], of those that the head reads.</summary>
    protected abstract GraphValue MaskedTokens(GraphValue hidden);

    /// <summary>First tokens' vectors as a matrix [batch, H].</summary>
    protected abstract GraphValue DropSequence(GraphValue firstTokens);

    /// <summary>Lays the heads of a projection out as [batch, A, sequence, D].</summary>
    /// <param name="x">The projection of <paramref name="hidden"/> or of its selected tokens.</param>
    /// <param name="hidden">The layer's input, which tells the two apart.</param>
    protected abstract GraphValue SplitHeads(GraphValue x, GraphValue hidden);

    /// <summary>Q Kᵀ / √D, [batch, A, queries, longest].</summary>
    protected abstract GraphValue AttentionScores(GraphValue q, GraphValue k);

    /// <summary>0 for real tokens and a large negative number for padding, [batch, 1, 1, longest].</summary>
    protected abstract GraphValue AttentionBias();

    /// <summary>The inverse of <see cref="SplitHeads"/>: shaped as <paramref name="queries"/>.</summary>
    protected abstract GraphValue MergeHeads(GraphValue context, GraphValue queries);
}
