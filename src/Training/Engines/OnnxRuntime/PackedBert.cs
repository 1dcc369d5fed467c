using BertMLNet.Export;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>
/// BERT for training: the real tokens of a batch one after another, [tokens, H], so that nothing outside attention is
/// computed for padding; weights as inputs of the graph, dropout masks too. Attention alone pads, to the longest
/// sequence: one Gather lays the heads out as [batch, A, longest, D], one brings them back.
/// </summary>
internal sealed class PackedBert : BertForward
{
    private const string TokensByHeads = "tokens_by_heads";
    private const string PaddedByHeads = "padded_by_heads";
    private const string SelectedByHeads = "selected_by_heads";
    private const string PaddedSelectedByHeads = "padded_selected_by_heads";

    private readonly List<DropoutMask> _dropoutMasks = [];
    private readonly bool _training;
    private readonly Head _head;

    /// <summary>
    /// Adds the parameters as graph inputs under their own names; the forward pass is written by the methods called next. Activations
    /// are dropped in training, at the configured rates.
    /// </summary>
    public PackedBert(GraphBuilder graph, BertConfig config, Head head, IReadOnlyList<ParameterSpec> parameters, bool training)
        : base(graph, config)
    {
        _training = training;
        _head = head;
        Parameters = parameters.ToDictionary(
            spec => spec.Name,
            spec => graph.Input(spec.Name, ElementType.Float, [.. spec.Shape.Select(size => (Dimension)(long)size)]));
        Inputs = new(graph, config.NumAttentionHeads);
    }

    /// <summary>The parameters by name.</summary>
    public IReadOnlyDictionary<string, GraphValue> Parameters { get; }

    /// <summary>The inputs that depend on the batch.</summary>
    public PackedInputs Inputs { get; }

    /// <summary>The dropout masks that each run must be fed, in order.</summary>
    public IReadOnlyList<DropoutMask> DropoutMasks => _dropoutMasks;

    private int Heads => Config.NumAttentionHeads;

    protected override GraphValue Parameter(string name) => Parameters[name];

    protected override GraphValue Linear(GraphValue x, string name) =>
        Graph.Gemm(x, Parameter($"{name}.weight"), Parameter($"{name}.bias"), transposeB: true);

    /// <summary>Multiplies by a mask that holds 0 or 1 / (1 - rate); the rate of 0 leaves no trace in the graph.</summary>
    protected override GraphValue Dropout(GraphValue x, DropoutSite site)
    {
        float rate = Config.DropoutAt(site);
        if (!_training || rate == 0)
            return x;
        GraphValue mask = Graph.Input($"dropout_mask_{_dropoutMasks.Count}", ElementType.Float, [.. x.Shape]);
        _dropoutMasks.Add(new(mask, rate));
        return Graph.Mul(x, mask);
    }

    protected override GraphValue Gelu(GraphValue x) => Graph.FusedGelu(x);

    protected override GraphValue WordEmbeddings() => Graph.Gather(Parameter(BertParameters.WordEmbeddings), Inputs.InputIds);

    protected override GraphValue PositionEmbeddings() => Graph.Gather(Parameter(BertParameters.PositionEmbeddings), Inputs.PositionIds);

    protected override GraphValue TokenTypeEmbeddings() => Graph.Gather(Parameter(BertParameters.TokenTypeEmbeddings), Inputs.TokenTypeIds);

    protected override GraphValue FirstTokens(GraphValue hidden)
    {
        if (IsFirstTokens(hidden))
            return hidden;
        return IsSelectedTokens(hidden)
            ? Graph.MoveRows(hidden, Inputs.FirstOfSelected, Inputs.FirstOfSelectedOrZero, hasAbsentRows: true)
            : Graph.MoveRows(hidden, Inputs.FirstTokens, Inputs.ExampleOrZero, hasAbsentRows: true);
    }

    /// <summary>All of those that the head reads, unless it reads first tokens too.</summary>
    protected override GraphValue MaskedTokens(GraphValue hidden) => _head.HasPooler
        ? Graph.MoveRows(hidden, Inputs.MaskedOfSelected, Inputs.MaskedOfSelectedOrZero, hasAbsentRows: true)
        : hidden;

    /// <summary>The masked tokens for their head, in pre-training the first tokens too, which alone classification reads.</summary>
    protected override GraphValue SelectedTokens(GraphValue hidden) => _head.ReadsMaskedTokens
        ? Graph.MoveRows(hidden, Inputs.SelectedPositions, Inputs.SelectedOrZero, hasAbsentRows: true)
        : FirstTokens(hidden);

    protected override GraphValue DropSequence(GraphValue firstTokens) => firstTokens;

    protected override GraphValue SplitHeads(GraphValue x, GraphValue hidden)
    {
        if (IsFirstTokens(x))
            return Graph.Reshape(x, x.Shape[0], Heads, 1, Config.HeadSize);
        // Padding reads some row or other: its keys are masked, and its queries are never read.
        if (IsSelectedTokens(x))
        {
            GraphValue selected = Graph.Reshape(x, SelectedByHeads, Config.HeadSize);
            return Graph.MoveRows(selected, Inputs.HeadsFromSelected, Inputs.SelectedFromHeads, hasAbsentRows: false);
        }
        GraphValue rows = Graph.Reshape(x, TokensByHeads, Config.HeadSize);             // [tokens · A, D]
        return Graph.MoveRows(rows, Inputs.HeadsFromTokens, Inputs.TokensFromHeads, hasAbsentRows: false);
    }

    protected override GraphValue AttentionScores(GraphValue q, GraphValue k) =>
        Graph.FusedMatMul(q, k, transposeB: true, alpha: 1f / MathF.Sqrt(Config.HeadSize));

    protected override GraphValue AttentionBias() => Inputs.AttentionBias;

    protected override GraphValue MergeHeads(GraphValue context, GraphValue queries)
    {
        if (IsFirstTokens(queries))
            return Graph.Reshape(context, queries.Shape[0], Config.HiddenSize);
        if (IsSelectedTokens(queries))
        {
            GraphValue padded = Graph.Reshape(context, PaddedSelectedByHeads, Config.HeadSize);
            GraphValue selected = Graph.MoveRows(padded, Inputs.SelectedFromHeads, Inputs.HeadsFromSelectedOrZero, hasAbsentRows: true);
            return Graph.Reshape(selected, PackedInputs.Selected, Config.HiddenSize);
        }
        GraphValue rows = Graph.Reshape(context, PaddedByHeads, Config.HeadSize);       // [batch · A · longest, D]
        GraphValue tokens = Graph.MoveRows(rows, Inputs.TokensFromHeads, Inputs.HeadsFromTokensOrZero, hasAbsentRows: true);
        return Graph.Reshape(tokens, PackedInputs.Tokens, Config.HiddenSize);
    }

    private static bool IsFirstTokens(GraphValue x) => x.Shape[0] == PackedInputs.Batch;

    private static bool IsSelectedTokens(GraphValue x) => x.Shape[0] == PackedInputs.Selected;
}

/// <summary>A graph input that takes a dropout mask: 0 with the probability <paramref name="Rate"/>, else 1 / (1 - rate).</summary>
internal sealed record DropoutMask(GraphValue Value, float Rate);
