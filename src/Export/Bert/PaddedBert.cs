using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using BertMLNet.Modeling;

namespace BertMLNet.Export;

/// <summary>
/// BERT for inference: padded [batch, sequence] sequences, weights as constants of the graph, ONNX's own operators only.
/// </summary>
internal class PaddedBert : BertForward
{
    /// <summary>Added to the attention scores of padding; e to its power is zero in single and half precision.</summary>
    private const float MaskedScore = -10000f;

    private readonly ElementType _precision;
    private GraphValue? _attentionBias;

    /// <summary>Writes nothing yet; the forward pass is written by the methods called next.</summary>
    /// <param name="graph">The graph to write to.</param>
    /// <param name="parameters">The model. Its weights are read when the graph is written.</param>
    /// <param name="sequences">What the model reads.</param>
    /// <param name="precision">What weights are stored and results computed in: single or half precision.</param>
    public PaddedBert(GraphBuilder graph, IParameterSource parameters, PaddedSequences sequences, ElementType precision = ElementType.Float)
        : base(graph, parameters.Config)
    {
        Parameters = parameters;
        _precision = precision;
        Sequences = sequences;
    }

    /// <summary>The model; its weights are read when the graph is written.</summary>
    protected IParameterSource Parameters { get; }

    /// <summary>What the model reads, [batch, sequence].</summary>
    protected PaddedSequences Sequences { get; }

    protected override GraphValue Parameter(string name) => Graph.Shared(name, () =>
        Store(name, values => Parameters.Read(SpecOf(name), values), [.. SpecOf(name).Shape.Select(size => (Dimension)(long)size)]));

    protected override GraphValue Linear(GraphValue x, string name) =>
        Graph.Add(Graph.MatMul(x, TransposedWeight(name)), Parameter($"{name}.bias"));

    /// <summary>
    /// The weight of a linear layer, stored as [in, out] so that no run has to transpose it; with rows of zeros behind it
    /// where <paramref name="rows"/> is more than the layer's inputs.
    /// </summary>
    protected GraphValue TransposedWeight(string name, int? rows = null)
    {
        string weight = $"{name}.weight";
        return Graph.Shared(weight, () =>
        {
            ParameterSpec spec = SpecOf(weight);
            void Fill(Span<float> values)
            {
                ReadTransposed(weight, values[..spec.Count]);
                values[spec.Count..].Clear();
            }

            return Store(weight, Fill, rows ?? spec.Shape[1], spec.Shape[0]);
        });
    }

    protected override GraphValue Scalar(float value) => Graph.Scalar(value, _precision);

    protected override GraphValue Dropout(GraphValue x, DropoutSite site) => x;

    protected override GraphValue WordEmbeddings() => Graph.Gather(Parameter(BertParameters.WordEmbeddings), Sequences.InputIds);

    protected override GraphValue TokenTypeEmbeddings() =>
        Graph.Gather(Parameter(BertParameters.TokenTypeEmbeddings), Sequences.TokenTypeIds!);

    // The table's first rows, [sequence, E].
    protected override GraphValue PositionEmbeddings()
    {
        GraphValue length = Graph.Gather(Graph.ShapeOf(Sequences.InputIds), Graph.Integers(1));
        return Graph.Slice(Parameter(BertParameters.PositionEmbeddings), Graph.Integers(0), length, axis: 0, PaddedSequences.Sequence);
    }

    protected override GraphValue FirstTokens(GraphValue hidden) =>
        hidden.Shape[1].IsOne ? hidden : Graph.Slice(hidden, Graph.Integers(0), Graph.Integers(1), axis: 1, 1);

    protected override GraphValue MaskedTokens(GraphValue hidden) => throw new NotSupportedException("No inference graph predicts tokens.");

    protected override GraphValue DropSequence(GraphValue firstTokens) => Graph.Gather(firstTokens, Graph.Integer(0), axis: 1);

    protected override GraphValue SplitHeads(GraphValue x, GraphValue hidden) =>
        Graph.Transpose(Graph.Reshape(x, x.Shape[0], x.Shape[1], Config.NumAttentionHeads, Config.HeadSize), 0, 2, 1, 3);

    protected override GraphValue AttentionScores(GraphValue q, GraphValue k) =>
        Graph.Mul(Graph.MatMul(q, Graph.Transpose(k, 0, 1, 3, 2)), Scalar(1f / MathF.Sqrt(Config.HeadSize)));

    protected override GraphValue AttentionBias() => _attentionBias ??= Graph.Unsqueeze(PaddingScores(), 1, 2);

    /// <summary>0 for real tokens and a large negative number for padding, [batch, sequence].</summary>
    protected GraphValue PaddingScores() =>
        Graph.Mul(Graph.Sub(Scalar(1f), Graph.Cast(Sequences.AttentionMask, _precision)), Scalar(MaskedScore));

    protected override GraphValue MergeHeads(GraphValue context, GraphValue queries) =>
        Graph.Reshape(Graph.Transpose(context, 0, 2, 1, 3), queries.Shape[0], queries.Shape[1], Config.HiddenSize);

    /// <summary>Stores weights in the graph's precision; <paramref name="fill"/> makes them when the graph is written.</summary>
    protected GraphValue Store(string name, Action<Span<float>> fill, params Dimension[] shape)
    {
        long count = shape.Aggregate(1L, (product, dimension) => product * dimension.Size);
        return _precision == ElementType.Float
            ? Graph.Constant(name, ElementType.Float, count * sizeof(float), bytes => fill(MemoryMarshal.Cast<byte, float>(bytes)), shape)
            : Graph.Constant(name, ElementType.Float16, count * 2, bytes => FillHalves(fill, MemoryMarshal.Cast<byte, Half>(bytes)), shape);
    }

    /// <summary>Reads a matrix, [rows, columns], as [columns, rows].</summary>
    protected void ReadTransposed(string name, Span<float> transposed)
    {
        ParameterSpec spec = SpecOf(name);
        Matrix.Transpose(values => Parameters.Read(spec, values), rows: spec.Shape[1], columns: spec.Shape[0], transposed);
    }

    protected ParameterSpec SpecOf(string name) => Parameters.Specs.First(spec => string.Equals(spec.Name, name, StringComparison.Ordinal));

    private static void FillHalves(Action<Span<float>> fill, Span<Half> halves)
    {
        using var singles = new Rented<float>(halves.Length);
        fill(singles.Span);
        TensorPrimitives.ConvertToHalf(singles.Span, halves);
    }
}

/// <summary>What an inference graph's encoder reads: a batch of sequences, padded to the longest of them.</summary>
/// <param name="InputIds">Vocabulary ids, [batch, sequence].</param>
/// <param name="AttentionMask">1 for real tokens, 0 for padding, [batch, sequence].</param>
/// <param name="TokenTypeIds">Segments, [batch, sequence]; may be null where the encoder has none.</param>
internal sealed record PaddedSequences(GraphValue InputIds, GraphValue AttentionMask, GraphValue? TokenTypeIds)
{
    /// <summary>The symbol of the number of sequences.</summary>
    public const string Batch = "batch";

    /// <summary>The symbol of the longest sequence's length.</summary>
    public const string Sequence = "sequence";

    /// <summary>Makes them inputs of the graph.</summary>
    public static PaddedSequences AddInputs(GraphBuilder graph, TensorNames names, EncoderVariant encoder)
    {
        return new(Add(names.InputIds), Add(names.AttentionMask), encoder.HasTokenTypes ? Add(names.TokenTypeIds) : null);

        GraphValue Add(string name) => graph.Input(name, names.InputType, Batch, Sequence);
    }
}
