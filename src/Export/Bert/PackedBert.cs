using BertMLNet.Modeling;

namespace BertMLNet.Export;

/// <summary>
/// BERT for training: the real tokens of a batch one after another, [tokens, H], so that nothing outside attention is
/// computed for padding; weights as inputs of the graph, dropout masks too. Attention alone pads, to the longest
/// sequence: one Gather lays the heads out as [batch, A, longest, D], one brings them back.
/// </summary>
public sealed class PackedBert : BertForward
{
    private readonly IReadOnlyDictionary<string, GraphValue> _parameters;
    private readonly List<DropoutMask> _dropoutMasks = [];
    private readonly bool _training;
    private readonly bool _readsFirstTokens;
    private readonly SelectedTokenInputs? _selected;

    /// <summary>Adds the graph's inputs; the forward pass is written by the methods called next.</summary>
    /// <param name="graph">The graph to write to.</param>
    /// <param name="config">The model's hyper-parameters.</param>
    /// <param name="head">The head that it will have.</param>
    /// <param name="parameters">The parameters, which become graph inputs under their own names.</param>
    /// <param name="training">Whether activations are dropped, at the configured rates.</param>
    public PackedBert(GraphBuilder graph, BertConfig config, Head head, IReadOnlyList<ParameterSpec> parameters, bool training)
        : base(graph, config)
    {
        ArgumentNullException.ThrowIfNull(head);
        _training = training;
        _readsFirstTokens = head.HasPooler;
        _parameters = parameters.ToDictionary(
            spec => spec.Name,
            spec => graph.Input(spec.Name, ElementType.Float, [.. spec.Shape.Select(size => (Dimension)(long)size)]));
        long heads = config.NumAttentionHeads;
        InputIds = graph.Input(PackedInputs.InputIds, ElementType.Int64, PackedInputs.Tokens);
        TokenTypeIds = graph.Input(PackedInputs.TokenTypeIds, ElementType.Int64, PackedInputs.Tokens);
        PositionIds = graph.Input(PackedInputs.PositionIds, ElementType.Int64, PackedInputs.Tokens);
        Bias = graph.Input(PackedInputs.AttentionBias, ElementType.Float, PackedInputs.Batch, 1, 1, PackedInputs.Longest);
        Split = graph.Input(PackedInputs.HeadsFromTokens, ElementType.Int64, PackedInputs.Batch, heads, PackedInputs.Longest);
        SplitOrZero = graph.Input(PackedInputs.HeadsFromTokensOrZero, ElementType.Int64, PackedInputs.Batch, heads, PackedInputs.Longest);
        Merge = graph.Input(PackedInputs.TokensFromHeads, ElementType.Int64, PackedInputs.Tokens, heads);
        First = graph.Input(PackedInputs.FirstTokens, ElementType.Int64, PackedInputs.Batch);
        ExampleOrZero = graph.Input(PackedInputs.ExampleOrZero, ElementType.Int64, PackedInputs.Tokens);
        _selected = head.ReadsMaskedTokens ? SelectedTokenInputs.Add(graph, heads) : null;
    }

    /// <summary>The parameters by name.</summary>
    public IReadOnlyDictionary<string, GraphValue> Parameters => _parameters;

    /// <summary>The dropout masks that each run must be fed, in order.</summary>
    public IReadOnlyList<DropoutMask> DropoutMasks => _dropoutMasks;

    private GraphValue InputIds { get; }

    private GraphValue TokenTypeIds { get; }

    private GraphValue PositionIds { get; }

    private GraphValue Bias { get; }

    private GraphValue Split { get; }

    private GraphValue SplitOrZero { get; }

    private GraphValue Merge { get; }

    private GraphValue First { get; }

    private GraphValue ExampleOrZero { get; }

    /// <summary>Start and end logits of each example side by side, [batch, 2, longest].</summary>
    /// <param name="logits">[tokens, 2].</param>
    public GraphValue SpansByExample(GraphValue logits)
    {
        var split = Graph.Input(PackedInputs.SpansFromTokens, ElementType.Int64, PackedInputs.Batch, 2, PackedInputs.Longest);
        var merge = Graph.Input(PackedInputs.TokensFromSpans, ElementType.Int64, PackedInputs.Tokens, 2);
        GraphValue flat = Graph.Reshape(logits, "tokens_by_two");
        return Graph.Gather(flat, split, inverse: new(merge, HasAbsentRows: false));
    }

    /// <inheritdoc/>
    protected override GraphValue Parameter(string name) => _parameters[name];

    /// <inheritdoc/>
    protected override GraphValue Linear(GraphValue x, string name) =>
        Graph.Gemm(x, Parameter($"{name}.weight"), Parameter($"{name}.bias"), transposeB: true);

    /// <inheritdoc/>
    /// <remarks>Multiplies by a mask that holds 0 or 1 / (1 - rate); the rate of 0 leaves no trace in the graph.</remarks>
    protected override GraphValue Dropout(GraphValue x, DropoutSite site)
    {
        float rate = site switch
        {
            DropoutSite.Attention => Config.AttentionProbsDropoutProb,
            DropoutSite.Classifier => Config.ClassifierDropout ?? Config.HiddenDropoutProb,
            _ => Config.HiddenDropoutProb,
        };
        if (!_training || rate == 0)
            return x;
        GraphValue mask = Graph.Input($"dropout_mask_{_dropoutMasks.Count}", ElementType.Float, [.. x.Shape]);
        _dropoutMasks.Add(new(mask, rate));
        return Graph.Mul(x, mask);
    }

    /// <inheritdoc/>
    protected override GraphValue Gelu(GraphValue x) => Graph.FusedGelu(x);

    /// <inheritdoc/>
    protected override GraphValue WordEmbeddings() => Graph.Gather(Parameter(BertParameters.WordEmbeddings), InputIds);

    /// <inheritdoc/>
    protected override GraphValue PositionEmbeddings() => Graph.Gather(Parameter(BertParameters.PositionEmbeddings), PositionIds);

    /// <inheritdoc/>
    protected override GraphValue TokenTypeEmbeddings() => Graph.Gather(Parameter(BertParameters.TokenTypeEmbeddings), TokenTypeIds);

    /// <inheritdoc/>
    protected override GraphValue FirstTokens(GraphValue hidden)
    {
        if (IsFirstTokens(hidden))
            return hidden;
        return IsSelectedTokens(hidden)
            ? Pick(hidden, PackedInputs.FirstOfSelected, PackedInputs.Batch, PackedInputs.FirstOfSelectedOrZero)
            : Graph.Gather(hidden, First, inverse: new(ExampleOrZero, HasAbsentRows: true));
    }

    /// <inheritdoc/>
    protected override GraphValue MaskedTokens(GraphValue hidden) => _readsFirstTokens
        ? Pick(hidden, PackedInputs.MaskedOfSelected, PackedInputs.Masked, PackedInputs.MaskedOfSelectedOrZero)
        : hidden;

    /// <inheritdoc/>
    /// <remarks>The masked tokens for their head, in pre-training the first tokens too, which alone classification reads.</remarks>
    protected override GraphValue SelectedTokens(GraphValue hidden) => _selected is { } selected
        ? Graph.Gather(hidden, selected.Positions, inverse: new(selected.SelectedOrZero, HasAbsentRows: true))
        : FirstTokens(hidden);

    /// <inheritdoc/>
    protected override GraphValue DropSequence(GraphValue firstTokens) => firstTokens;

    /// <inheritdoc/>
    protected override GraphValue SplitHeads(GraphValue x, GraphValue hidden)
    {
        if (IsFirstTokens(x))
            return Graph.Reshape(x, x.Shape[0], Config.NumAttentionHeads, 1, Config.HeadSize);
        // Padding reads some row or other: its keys are masked, and its queries are never read.
        if (IsSelectedTokens(x))
        {
            GraphValue selectedRows = Graph.Reshape(x, PackedInputs.SelectedByHeads, Config.HeadSize);
            return Graph.Gather(selectedRows, _selected!.Split, inverse: new(_selected.Merge, HasAbsentRows: false));
        }
        GraphValue rows = Graph.Reshape(x, PackedInputs.TokensByHeads, Config.HeadSize);       // [tokens · A, D]
        return Graph.Gather(rows, Split, inverse: new(Merge, HasAbsentRows: false));
    }

    /// <inheritdoc/>
    protected override GraphValue AttentionScores(GraphValue q, GraphValue k) =>
        Graph.FusedMatMul(q, k, transposeB: true, alpha: 1f / MathF.Sqrt(Config.HeadSize));

    /// <inheritdoc/>
    protected override GraphValue AttentionBias() => Bias;

    /// <inheritdoc/>
    protected override GraphValue MergeHeads(GraphValue context, GraphValue queries)
    {
        if (IsFirstTokens(queries))
            return Graph.Reshape(context, queries.Shape[0], Config.HiddenSize);
        if (IsSelectedTokens(queries))
        {
            GraphValue selectedRows = Graph.Reshape(context, PackedInputs.PaddedSelectedByHeads, Config.HeadSize);
            GraphValue selected = Graph.Gather(selectedRows, _selected!.Merge, inverse: new(_selected.SplitOrZero, HasAbsentRows: true));
            return Graph.Reshape(selected, PackedInputs.Selected, Config.HiddenSize);
        }
        GraphValue rows = Graph.Reshape(context, PackedInputs.PaddedByHeads, Config.HeadSize); // [batch · A · longest, D]
        GraphValue tokens = Graph.Gather(rows, Merge, inverse: new(SplitOrZero, HasAbsentRows: true));
        return Graph.Reshape(tokens, PackedInputs.Tokens, Config.HiddenSize);
    }

    /// <summary>Some of the selected tokens' vectors.</summary>
    private GraphValue Pick(GraphValue selected, string positions, string count, string inverse) => Graph.Gather(
        selected,
        Graph.Input(positions, ElementType.Int64, count),
        inverse: new(Graph.Input(inverse, ElementType.Int64, PackedInputs.Selected), HasAbsentRows: true));

    private static bool IsFirstTokens(GraphValue x) => x.Shape[0] == PackedInputs.Batch;

    private static bool IsSelectedTokens(GraphValue x) => x.Shape[0] == PackedInputs.Selected;
}
