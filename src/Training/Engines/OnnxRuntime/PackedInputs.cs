using BertMLNet.Export;
using BertMLNet.Modeling;
using Microsoft.ML.OnnxRuntime;

namespace BertMLNet.Training;

/// <summary>
/// The inputs of a packed graph that depend on the batch, in one table: each with its name, its element type, its symbolic
/// shape and what fills it. A graph has those that it asks for.
/// </summary>
/// <remarks>
/// A row of a head is numbered token · A + head among the packed tokens, and (example · A + head) · longest + position in
/// the padded layout. Where a row reads from nowhere, one past the last row stands for a row of zeros.
/// </remarks>
internal sealed class PackedInputs(GraphBuilder graph, int heads)
{
    /// <summary>The packed tokens of the batch.</summary>
    public const string Tokens = "tokens";

    /// <summary>The examples of the batch.</summary>
    public const string Batch = "batch";

    /// <summary>The longest example's tokens.</summary>
    public const string Longest = "longest";

    /// <summary>The tokens of the batch that the head reads, where it reads some.</summary>
    public const string Selected = "selected";

    /// <summary>The most selected tokens of an example.</summary>
    public const string LongestSelected = "longest_selected";

    /// <summary>The masked tokens of the batch.</summary>
    public const string Masked = "masked";

    /// <summary>Added to scores that must not count; e to its power is zero in single precision.</summary>
    private const float Excluded = -10000f;

    private readonly Dictionary<string, PackedInput> _inputs = [];

    /// <summary>Those that the graph has.</summary>
    public IEnumerable<PackedInput> All => _inputs.Values;

    /// <summary>Vocabulary ids.</summary>
    public GraphValue InputIds => Integers("input_ids", [Tokens], (batch, ids) => Widen(batch.Packed.InputIds, ids));

    /// <summary>Segments.</summary>
    public GraphValue TokenTypeIds => Integers("token_type_ids", [Tokens], (batch, types) => Widen(batch.Packed.TokenTypeIds, types));

    /// <summary>Each token's place in its own sequence.</summary>
    public GraphValue PositionIds => Integers("position_ids", [Tokens], WritePositions);

    /// <summary>0 for real tokens, a large negative number for padding.</summary>
    public GraphValue AttentionBias => Reals("attention_bias", [Batch, 1, 1, Longest], WriteAttentionBias);

    /// <summary>The packed row of a head that each padded place takes; any row for padding.</summary>
    public GraphValue HeadsFromTokens => Integers(
        "heads_from_tokens", [Batch, heads, Longest], (batch, rows) => WriteSplit(batch.Packed.Lengths, rows, heads, orZero: false));

    /// <summary>The same with one past the last row for padding.</summary>
    public GraphValue HeadsFromTokensOrZero => Integers(
        "heads_from_tokens_or_zero", [Batch, heads, Longest], (batch, rows) => WriteSplit(batch.Packed.Lengths, rows, heads, orZero: true));

    /// <summary>The padded row of a head that each packed place takes.</summary>
    public GraphValue TokensFromHeads =>
        Integers("tokens_from_heads", [Tokens, heads], (batch, rows) => WriteMerge(batch.Packed.Lengths, rows, heads));

    /// <summary>Each example's first token.</summary>
    public GraphValue FirstTokens => Integers("first_tokens", [Batch], WriteFirstTokens);

    /// <summary>For a first token its example, for any other token one past the last example.</summary>
    public GraphValue ExampleOrZero => Integers("example_or_zero", [Tokens], WriteExampleOrZero);

    /// <summary>The rows of the tokens that the head reads, ascending: the masked ones, in pre-training the first ones too.</summary>
    public GraphValue SelectedPositions =>
        Integers("selected_positions", [Selected], (batch, rows) => Widen(batch.Selected.Positions, rows));

    /// <summary>For a selected token its place among the selected, for any other token one past the last.</summary>
    public GraphValue SelectedOrZero =>
        Integers("selected_or_zero", [Tokens], (batch, rows) => WriteInverse(batch.Selected.Positions, rows));

    /// <summary>As <see cref="HeadsFromTokens"/> for the selected tokens alone.</summary>
    public GraphValue HeadsFromSelected => Integers(
        "heads_from_selected",
        [Batch, heads, LongestSelected],
        (batch, rows) => WriteSplit(batch.Selected.Counts, rows, heads, orZero: false));

    /// <summary>As <see cref="HeadsFromTokensOrZero"/> for the selected tokens alone.</summary>
    public GraphValue HeadsFromSelectedOrZero => Integers(
        "heads_from_selected_or_zero",
        [Batch, heads, LongestSelected],
        (batch, rows) => WriteSplit(batch.Selected.Counts, rows, heads, orZero: true));

    /// <summary>As <see cref="TokensFromHeads"/> for the selected tokens alone.</summary>
    public GraphValue SelectedFromHeads =>
        Integers("selected_from_heads", [Selected, heads], (batch, rows) => WriteMerge(batch.Selected.Counts, rows, heads));

    /// <summary>The masked tokens' places among the selected.</summary>
    public GraphValue MaskedOfSelected => Integers("masked_of_selected", [Masked], (batch, rows) => Widen(batch.Selected.Masked, rows));

    /// <summary>For a selected token its place among the masked, for one that is not masked one past the last.</summary>
    public GraphValue MaskedOfSelectedOrZero =>
        Integers("masked_of_selected_or_zero", [Selected], (batch, rows) => WriteInverse(batch.Selected.Masked, rows));

    /// <summary>The first tokens' places among the selected.</summary>
    public GraphValue FirstOfSelected => Integers("first_of_selected", [Batch], (batch, rows) => Widen(batch.Selected.First, rows));

    /// <summary>For a selected token that is a first one its example, for any other one past the last.</summary>
    public GraphValue FirstOfSelectedOrZero =>
        Integers("first_of_selected_or_zero", [Selected], (batch, rows) => WriteInverse(batch.Selected.First, rows));

    /// <summary>As <see cref="HeadsFromTokens"/> with the two columns of span logits for heads.</summary>
    public GraphValue SpansFromTokens =>
        Integers("spans_from_tokens", [Batch, 2, Longest], (batch, rows) => WriteSplit(batch.Packed.Lengths, rows, 2, orZero: false));

    /// <summary>As <see cref="TokensFromHeads"/> with the two columns of span logits for heads.</summary>
    public GraphValue TokensFromSpans =>
        Integers("tokens_from_spans", [Tokens, 2], (batch, rows) => WriteMerge(batch.Packed.Lengths, rows, 2));

    /// <summary>At each example's right class what its loss counts for, 0 elsewhere; shaped as the logits, [batch, classes].</summary>
    public GraphValue ClassTargets(GraphValue logits) => Reals("class_targets", [.. logits.Shape], (batch, targets) =>
    {
        ClassTargets given = batch.Targets<ClassTargets>();
        WriteOneHot(given.Classes, given.Weights, batch.LossScale, targets);
    });

    /// <summary>1 where a label is there, 0 where it is not; shaped as the logits, [batch, labels].</summary>
    public GraphValue LabelTargets(GraphValue logits) =>
        Reals("label_targets", [.. logits.Shape], (batch, targets) => batch.Targets<LabelTargets>().Labels.CopyTo(targets));

    /// <summary>What each label's loss counts for, which is an example's share of it, [batch, 1].</summary>
    public GraphValue LabelWeights(GraphValue logits) => Reals(
        "label_weights",
        [Batch, 1],
        (batch, weights) => WriteWeights(batch.Targets<LabelTargets>().Weights, batch.LossScale / logits.Shape[1].Size, weights));

    /// <summary>Each example's value, [batch, 1].</summary>
    public GraphValue ValueTargets =>
        Reals("value_targets", [Batch, 1], (batch, targets) => batch.Targets<ValueTargets>().Values.CopyTo(targets));

    /// <summary>What each example's loss counts for, [batch, 1].</summary>
    public GraphValue ValueWeights => Reals(
        "value_weights", [Batch, 1], (batch, weights) => WriteWeights(batch.Targets<ValueTargets>().Weights, batch.LossScale, weights));

    /// <summary>0 where an answer may start or end, a large negative number elsewhere.</summary>
    public GraphValue SpanBias => Reals("span_bias", [Batch, 1, Longest], WriteSpanBias);

    /// <summary>At each example's right start and end half of what its loss counts for, 0 elsewhere.</summary>
    public GraphValue SpanTargets => Reals("span_targets", [Batch, 2, Longest], WriteSpanTargets);

    /// <summary>At each token's right class what its loss counts for, 0 elsewhere; shaped as the logits, [tokens, labels].</summary>
    public GraphValue TokenTargets(GraphValue logits) => Reals(
        "token_targets",
        [.. logits.Shape],
        (batch, targets) => WriteOneHot(batch.Targets<TokenTargets>().Classes, null, batch.LossScale, targets));

    /// <summary>
    /// At each masked token's right id what its loss counts for, 0 elsewhere; shaped as the logits, [masked, vocabulary].
    /// </summary>
    public GraphValue MaskedTargets(GraphValue logits) => Reals(
        "masked_targets",
        [.. logits.Shape],
        (batch, targets) => WriteOneHot(batch.Targets<MaskedTokenTargets>().Ids, null, batch.LossScale, targets));

    private GraphValue Integers(string name, Dimension[] shape, PackedInput<long>.Filler fill) =>
        Declare(name, ElementType.Int64, shape, fill);

    private GraphValue Reals(string name, Dimension[] shape, PackedInput<float>.Filler fill) =>
        Declare(name, ElementType.Float, shape, fill);

    private GraphValue Declare<T>(string name, ElementType type, Dimension[] shape, PackedInput<T>.Filler fill)
        where T : unmanaged
    {
        if (!_inputs.TryGetValue(name, out PackedInput? input))
            input = _inputs[name] = new PackedInput<T>(graph.Input(name, type, shape), fill);
        return input.Value;
    }

    private static void Widen(int[] source, Span<long> destination)
    {
        for (int i = 0; i < source.Length; i++)
            destination[i] = source[i];
    }

    private static void WritePositions(BatchValues batch, Span<long> destination)
    {
        int token = 0;
        foreach (int length in batch.Packed.Lengths)
        {
            for (int position = 0; position < length; position++)
                destination[token++] = position;
        }
    }

    /// <summary>[batch, columns, longest]: the packed row, token · columns + column, of each padded place.</summary>
    private static void WriteSplit(int[] lengths, Span<long> destination, int columns, bool orZero)
    {
        int target = 0, longest = lengths.DefaultIfEmpty().Max();
        long firstToken = 0, tokens = lengths.Sum();
        foreach (int length in lengths)
        {
            for (int column = 0; column < columns; column++)
            {
                // Any row does for padding; an example with no tokens has none of its own.
                long padding = orZero ? tokens * columns : length > 0 ? firstToken * columns + column : column;
                for (int position = 0; position < longest; position++)
                    destination[target++] = position < length ? (firstToken + position) * columns + column : padding;
            }
            firstToken += length;
        }
    }

    /// <summary>[tokens, columns]: the padded row, (example · columns + column) · longest + position, of each token.</summary>
    private static void WriteMerge(int[] lengths, Span<long> destination, int columns)
    {
        int target = 0, longest = lengths.DefaultIfEmpty().Max();
        for (int example = 0; example < lengths.Length; example++)
        {
            for (int position = 0; position < lengths[example]; position++)
            {
                for (int column = 0; column < columns; column++)
                    destination[target++] = ((long)example * columns + column) * longest + position;
            }
        }
    }

    private static void WriteFirstTokens(BatchValues batch, Span<long> destination)
    {
        long token = 0;
        for (int example = 0; example < batch.Packed.ExampleCount; example++)
        {
            destination[example] = token;
            token += batch.Packed.Lengths[example];
        }
    }

    private static void WriteExampleOrZero(BatchValues batch, Span<long> destination)
    {
        destination.Fill(batch.Packed.ExampleCount);
        int token = 0;
        for (int example = 0; example < batch.Packed.ExampleCount; example++)
        {
            destination[token] = example;
            token += batch.Packed.Lengths[example];
        }
    }

    private static void WriteInverse(int[] positions, Span<long> destination)
    {
        destination.Fill(positions.Length);
        for (int i = 0; i < positions.Length; i++)
            destination[positions[i]] = i;
    }

    private static void WriteAttentionBias(BatchValues batch, Span<float> destination)
    {
        destination.Fill(Excluded);
        int longest = batch.Packed.LongestLength;
        for (int example = 0; example < batch.Packed.ExampleCount; example++)
            destination.Slice(example * longest, batch.Packed.Lengths[example]).Clear();
    }

    /// <summary>[rows, columns]: each row's weight times the scale at its class; nothing in a row of a class below 0.</summary>
    private static void WriteOneHot(int[] classes, float[]? weights, float scale, Span<float> destination)
    {
        destination.Clear();
        int columns = classes.Length == 0 ? 0 : destination.Length / classes.Length;
        for (int row = 0; row < classes.Length; row++)
        {
            if (classes[row] >= 0)
                destination[row * columns + classes[row]] = weights is null ? scale : weights[row] * scale;
        }
    }

    private static void WriteWeights(float[] weights, float scale, Span<float> destination)
    {
        for (int i = 0; i < weights.Length; i++)
            destination[i] = weights[i] * scale;
    }

    private static void WriteSpanBias(BatchValues batch, Span<float> destination)
    {
        bool[] allowed = batch.Targets<SpanTargets>().Allowed;
        destination.Fill(Excluded);
        int token = 0, longest = batch.Packed.LongestLength;
        for (int example = 0; example < batch.Packed.ExampleCount; example++)
        {
            for (int position = 0; position < batch.Packed.Lengths[example]; position++)
            {
                if (allowed[token++])
                    destination[example * longest + position] = 0;
            }
        }
    }

    private static void WriteSpanTargets(BatchValues batch, Span<float> destination)
    {
        SpanTargets targets = batch.Targets<SpanTargets>();
        destination.Clear();
        int longest = batch.Packed.LongestLength;
        for (int example = 0; example < batch.Packed.ExampleCount; example++)
        {
            destination[example * 2 * longest + targets.Starts[example]] = 0.5f * batch.LossScale;
            destination[(example * 2 + 1) * longest + targets.Ends[example]] = 0.5f * batch.LossScale;
        }
    }
}

/// <summary>An input that depends on the batch, with memory of its own.</summary>
internal abstract class PackedInput(GraphValue value)
{
    public GraphValue Value { get; } = value;

    /// <summary>Fills the memory for a batch and shows it to ONNX Runtime.</summary>
    public abstract OrtValue Write(BatchValues batch);
}

/// <inheritdoc/>
internal sealed class PackedInput<T>(GraphValue value, PackedInput<T>.Filler fill) : PackedInput(value)
    where T : unmanaged
{
    private readonly TensorBuffer<T> _buffer = new();

    /// <summary>Writes the elements for a batch.</summary>
    public delegate void Filler(BatchValues batch, Span<T> destination);

    /// <summary>The elements that the last batch has.</summary>
    public ReadOnlySpan<T> Read(long count) => _buffer.Read(count);

    public override OrtValue Write(BatchValues batch)
    {
        long[] shape = batch.ShapeOf(Value);
        Memory<T> memory = _buffer.Take(shape);
        fill(batch, memory.Span);
        return TensorBuffer<T>.Tensor(memory, shape);
    }
}
