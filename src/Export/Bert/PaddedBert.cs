using System.Collections.Concurrent;
using System.Numerics.Tensors;
using BertMLNet.Modeling;

namespace BertMLNet.Export;

/// <summary>
/// BERT for inference: padded [batch, sequence] sequences, weights as constants of the graph, ONNX's own operators only.
/// </summary>
public class PaddedBert : BertForward
{
    /// <summary>Added to the attention scores of padding; e to its power is zero in single and half precision.</summary>
    protected const float MaskedScore = -10000f;

    private readonly ParameterSet _parameters;
    private readonly ElementType _precision;
    private readonly Dictionary<string, GraphValue> _constants = [];
    private GraphValue? _attentionBias;

    /// <summary>Writes nothing yet; the forward pass is written by the methods called next.</summary>
    /// <param name="graph">The graph to write to.</param>
    /// <param name="parameters">The model.</param>
    /// <param name="sequences">What the model reads.</param>
    /// <param name="precision">What weights are stored and results computed in: single or half precision.</param>
    public PaddedBert(GraphBuilder graph, ParameterSet parameters, PaddedSequences sequences, ElementType precision = ElementType.Float)
        : base(graph, parameters.Config)
    {
        _parameters = parameters;
        _precision = precision;
        Sequences = sequences;
    }

    /// <summary>What the model reads, [batch, sequence].</summary>
    protected PaddedSequences Sequences { get; }

    /// <inheritdoc/>
    protected override GraphValue Parameter(string name) => Constant(name, () =>
        Store(name, _parameters[name], [.. SpecOf(name).Shape.Select(size => (Dimension)(long)size)]));

    /// <inheritdoc/>
    protected override GraphValue Linear(GraphValue x, string name) =>
        Graph.Add(Graph.MatMul(x, TransposedWeight(name)), Parameter($"{name}.bias"));

    /// <summary>The weight of a linear layer, stored as [in, out] so that no run has to transpose it.</summary>
    protected GraphValue TransposedWeight(string name)
    {
        string weight = $"{name}.weight";
        return Constant(weight, () =>
        {
            int[] shape = SpecOf(weight).Shape;
            return Store(weight, Transposed(_parameters[weight], shape[0], shape[1]), shape[1], shape[0]);
        });
    }

    /// <inheritdoc/>
    protected override GraphValue Scalar(float value) => Graph.Scalar(value, _precision);

    /// <inheritdoc/>
    protected override GraphValue Dropout(GraphValue x, DropoutSite site) => x;

    /// <inheritdoc/>
    protected override GraphValue WordEmbeddings() => Graph.Gather(Parameter(BertParameters.WordEmbeddings), Sequences.InputIds);

    /// <inheritdoc/>
    protected override GraphValue TokenTypeEmbeddings() => Graph.Gather(Parameter(BertParameters.TokenTypeEmbeddings), Sequences.TokenTypeIds);

    /// <inheritdoc/>
    /// <remarks>The table's first rows, [sequence, H].</remarks>
    protected override GraphValue PositionEmbeddings()
    {
        GraphValue length = Graph.Gather(Graph.ShapeOf(Sequences.InputIds), Graph.Integers(1));
        return Graph.Slice(Parameter(BertParameters.PositionEmbeddings), Graph.Integers(0), length, axis: 0, PaddedSequences.Sequence);
    }

    /// <inheritdoc/>
    protected override GraphValue FirstTokens(GraphValue hidden) =>
        hidden.Shape[1].IsOne ? hidden : Graph.Slice(hidden, Graph.Integers(0), Graph.Integers(1), axis: 1, 1);

    /// <inheritdoc/>
    protected override GraphValue DropSequence(GraphValue firstTokens) => Graph.Gather(firstTokens, Graph.Integer(0), axis: 1);

    /// <inheritdoc/>
    protected override GraphValue SplitHeads(GraphValue x, GraphValue hidden) =>
        Graph.Transpose(Graph.Reshape(x, x.Shape[0], x.Shape[1], Config.NumAttentionHeads, Config.HeadSize), 0, 2, 1, 3);

    /// <inheritdoc/>
    protected override GraphValue AttentionScores(GraphValue q, GraphValue k) =>
        Graph.Mul(Graph.MatMul(q, Graph.Transpose(k, 0, 1, 3, 2)), Scalar(1f / MathF.Sqrt(Config.HeadSize)));

    /// <inheritdoc/>
    protected override GraphValue AttentionBias()
    {
        if (_attentionBias is null)
        {
            GraphValue padding = Graph.Sub(Scalar(1f), Graph.Cast(Sequences.AttentionMask, _precision));
            _attentionBias = Graph.Unsqueeze(Graph.Mul(padding, Scalar(MaskedScore)), 1, 2);
        }
        return _attentionBias;
    }

    /// <inheritdoc/>
    protected override GraphValue MergeHeads(GraphValue context, GraphValue queries) =>
        Graph.Reshape(Graph.Transpose(context, 0, 2, 1, 3), queries.Shape[0], queries.Shape[1], Config.HiddenSize);

    /// <summary>The constant of this name, made once.</summary>
    protected GraphValue Constant(string name, Func<GraphValue> make)
    {
        if (!_constants.TryGetValue(name, out GraphValue? value))
            value = _constants[name] = make();
        return value;
    }

    /// <summary>Stores weights in the graph's precision.</summary>
    private GraphValue Store(string name, float[] values, params Dimension[] shape)
    {
        if (_precision == ElementType.Float)
            return Graph.Constant(name, values, shape);
        var halves = new Half[values.Length];
        TensorPrimitives.ConvertToHalf(values, halves);
        return Graph.Constant(name, ElementType.Float16, new MemoryCast<Half>(halves).Memory, shape);
    }

    /// <summary>The dimensions of a parameter.</summary>
    protected ParameterSpec SpecOf(string name) => _parameters.Specs.First(spec => string.Equals(spec.Name, name, StringComparison.Ordinal));

    /// <summary>A [rows, columns] matrix as [columns, rows].</summary>
    private static float[] Transposed(float[] matrix, int rows, int columns)
    {
        float[] transposed = new float[matrix.Length];
        // Rows of the result are independent; ranges keep each worker's writes in one stretch of memory.
        Parallel.ForEach(Partitioner.Create(0, columns), range =>
        {
            for (int column = range.Item1; column < range.Item2; column++)
            {
                for (int row = 0; row < rows; row++)
                    transposed[column * rows + row] = matrix[row * columns + column];
            }
        });
        return transposed;
    }
}
