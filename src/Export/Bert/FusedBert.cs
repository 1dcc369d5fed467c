using BertMLNet.Modeling;

namespace BertMLNet.Export;

/// <summary>
/// BERT for inference in ONNX Runtime's fused operators: one operator each for the embeddings, for attention (in small
/// models with its three projections), for residual connection plus normalisation, and for GELU.
/// </summary>
internal sealed class FusedBert(GraphBuilder graph, IParameterSource parameters, PaddedSequences sequences)
    : PaddedBert(graph, parameters, sequences)
{
    /// <summary>
    /// The hidden size up to which one operator projects and attends. It multiplies a head at a time, which spares small
    /// models a pass over the projections; larger ones gain more from a product of all heads.
    /// </summary>
    private const int MostJoinedProjections = 256;

    private static readonly string[] Projections = ["query", "key", "value"];

    private readonly FusedOperators _fused = new(graph, parameters.Config, sequences);
    private GraphValue? _shape;

    protected override GraphValue Embeddings()
    {
        Graph.EnterScope("bert.embeddings");
        Dimension[] shape = [Sequences.InputIds.Shape[0], Sequences.InputIds.Shape[1], Config.EmbeddingSize];
        return Graph.Node(
            "EmbedLayerNormalization",
            [
                _fused.ToInt32(Sequences.InputIds),
                Config.Encoder.HasTokenTypes ? _fused.ToInt32(Sequences.TokenTypeIds!) : null,
                Parameter(BertParameters.WordEmbeddings),
                Parameter(BertParameters.PositionEmbeddings),
                Config.Encoder.HasTokenTypes ? Parameter(BertParameters.TokenTypeEmbeddings) : null,
                Parameter($"{BertParameters.EmbeddingsNorm}.weight"),
                Parameter($"{BertParameters.EmbeddingsNorm}.bias"),
            ],
            [(ElementType.Float, shape), (ElementType.Int32, [Sequences.InputIds.Shape[0]])],
            new() { ["epsilon"] = Config.LayerNormEps },
            Opset.Microsoft)[0];
    }

    protected override GraphValue SelfAttention(string prefix, GraphValue queries, GraphValue hidden)
    {
        if (queries != hidden)
            return FirstTokenAttention(prefix, queries, hidden);
        int size = Config.HiddenSize;
        string biasName = $"{prefix}.qkv.bias", weightName = $"{prefix}.qkv.weight";
        GraphValue bias = Graph.Shared(biasName, () => Store(biasName, values => JoinBiases(prefix, values), 3 * size));
        if (size > MostJoinedProjections)
        {
            GraphValue[] projected = Array.ConvertAll(Projections, projection => Product(hidden, $"{prefix}.{projection}"));
            return _fused.Attend("MultiHeadAttention", [.. projected, bias, _fused.Mask], hidden);
        }
        GraphValue weight = Graph.Shared(weightName, () => Store(weightName, values => JoinWeights(prefix, values), size, 3 * size));
        return _fused.Attend("Attention", [hidden, weight, bias, _fused.Mask], hidden);
    }

    protected override GraphValue AddNorm(GraphValue x, GraphValue residual, string prefix)
    {
        bool flat = x.Rank < residual.Rank;
        GraphValue product = Product(x, $"{prefix}.dense");
        GraphValue sum = _fused.AddNorm(
            product,
            flat ? Flatten(residual) : residual,
            Parameter($"{prefix}.LayerNorm.weight"),
            Parameter($"{prefix}.LayerNorm.bias"),
            Parameter($"{prefix}.dense.bias"));
        return flat ? Unflatten(sum, residual) : sum;
    }

    // Gemm adds the bias as it multiplies, which is faster than adding it with the non-linearity.
    protected override GraphValue FeedForward(GraphValue x, string name)
    {
        int width = PaddedIntermediateSize;
        GraphValue weight = Graph.Shared($"{name}.weight", () => StorePadded($"{name}.weight", width, Config.HiddenSize));
        GraphValue bias = Graph.Shared($"{name}.bias", () => StorePadded($"{name}.bias", width));
        return Activate(Graph.Gemm(Flatten(x), weight, bias, transposeB: true), Config.HiddenAct); // [tokens, padded intermediate]
    }

    protected override GraphValue Gelu(GraphValue x) => Graph.FusedGelu(x);

    protected override GraphValue GeluTanh(GraphValue x) => Graph.FusedGeluTanh(x);

    /// <summary>x · <c>name.weight</c>ᵀ, without the bias, which a fused operator adds.</summary>
    private GraphValue Product(GraphValue x, string name) =>
        Graph.MatMul(x, TransposedWeight(name, rows: (int)x.Shape[^1].Size));

    /// <summary>
    /// The feed-forward's width, with columns of zeros added to a multiple of 1,024. Rows of such a size begin at the same
    /// place in a page, where a column of them falls into a single set of the processor's first-level cache: with eight
    /// ways it cannot hold the rows that the matrix product reads at once, which costs a tenth of its speed. Zeros stay zeros
    /// through every activation, so no result changes.
    /// </summary>
    private int PaddedIntermediateSize => Config.IntermediateSize % 1024 == 0 ? Config.IntermediateSize + 16 : Config.IntermediateSize;

    /// <summary>[batch, sequence, H] as a matrix [tokens, H].</summary>
    private GraphValue Flatten(GraphValue x) =>
        Graph.Reshape(x, x.Shape[1].IsOne ? x.Shape[0] : "tokens", Config.HiddenSize);

    /// <summary>The inverse of <see cref="Flatten"/>, shaped as <paramref name="like"/>.</summary>
    private GraphValue Unflatten(GraphValue x, GraphValue like)
    {
        if (like.Shape[1].IsOne)
            return Graph.Reshape(x, [.. like.Shape]);
        _shape ??= Graph.ConcatRows(Graph.ShapeOf(Sequences.InputIds), Graph.Integers(Config.HiddenSize), 3);
        return Graph.Reshape(x, _shape, [.. like.Shape]);
    }

    /// <summary>
    /// Attention of one query a sequence, without a key and a value for every token. The scores q · (K x + k) of a head are
    /// (Kᵀ q) · x + q · k, whose last term is the same for every token and drops out of the softmax; and as the weights sum
    /// to one, the weighted sum of the values V x + v is V applied to the weighted sum of x, plus v. So the projections,
    /// one product of H² a token each, are applied to one vector a head and sequence.
    /// </summary>
    private GraphValue FirstTokenAttention(string prefix, GraphValue queries, GraphValue hidden)
    {
        int heads = Config.NumAttentionHeads, headSize = Config.HeadSize, size = Config.HiddenSize;
        GraphValue keyWeight = Graph.Shared($"{prefix}.key.weight", () => Store(
            $"{prefix}.key.weight", values => Parameters.Read(SpecOf($"{prefix}.key.weight"), values), heads, headSize, size));
        GraphValue q = Graph.Reshape(Linear(queries, $"{prefix}.query"), queries.Shape[0], heads, headSize);
        GraphValue keys = PerHead(q, keyWeight);                                        // Kᵀ q, [batch, A, H]
        GraphValue scores = Graph.FusedMatMul(keys, hidden, transposeB: true, alpha: 1f / MathF.Sqrt(headSize));
        GraphValue weights = Graph.Softmax(Graph.Add(scores, Graph.Unsqueeze(PaddingScores(), 1))); // [batch, A, sequence]

        GraphValue valueWeight = Graph.Shared($"{prefix}.value.weight", () => Store(
            $"{prefix}.value.weight", values => ReadTransposedHeads($"{prefix}.value.weight", values), heads, size, headSize));
        GraphValue context = PerHead(Graph.MatMul(weights, hidden), valueWeight);       // [batch, A, D]
        return Graph.Add(Graph.Reshape(context, queries.Shape[0], 1, size), Parameter($"{prefix}.value.bias"));
    }

    /// <summary>Multiplies each head's vectors, [batch, A, in], by the head's own matrix, [A, in, out].</summary>
    private GraphValue PerHead(GraphValue x, GraphValue weight) =>
        Graph.Transpose(Graph.MatMul(Graph.Transpose(x, 1, 0, 2), weight), 1, 0, 2);

    /// <summary>Reads a projection's weight, [A · D, H], as one transposed matrix a head, [A, H, D].</summary>
    private void ReadTransposedHeads(string name, Span<float> transposed)
    {
        int size = Config.HiddenSize, headSize = Config.HeadSize;
        using var stored = new Rented<float>(size * size);
        Parameters.Read(SpecOf(name), stored.Span);
        int each = headSize * size;
        for (int start = 0; start < size * size; start += each)
            Matrix.Transpose(stored.Span.Slice(start, each), rows: size, columns: headSize, transposed.Slice(start, each));
    }

    /// <summary>Stores a parameter with zeros behind it.</summary>
    private GraphValue StorePadded(string name, params Dimension[] shape) => Store(
        name,
        values =>
        {
            ParameterSpec spec = SpecOf(name);
            Parameters.Read(spec, values[..spec.Count]);
            values[spec.Count..].Clear();
        },
        shape);

    /// <summary>The three projections side by side, [H, 3H].</summary>
    private void JoinWeights(string prefix, Span<float> joined)
    {
        int size = Config.HiddenSize;
        using var weight = new Rented<float>(size * size);                          // [in, out]
        foreach ((int i, string projection) in Projections.Index())
        {
            ReadTransposed($"{prefix}.{projection}.weight", weight.Span);
            for (int input = 0; input < size; input++)
                weight.Span.Slice(input * size, size).CopyTo(joined.Slice((3 * input + i) * size, size));
        }
    }

    private void JoinBiases(string prefix, Span<float> joined)
    {
        foreach ((int i, string projection) in Projections.Index())
            Parameters.Read(SpecOf($"{prefix}.{projection}.bias"), joined.Slice(i * Config.HiddenSize, Config.HiddenSize));
    }
}
