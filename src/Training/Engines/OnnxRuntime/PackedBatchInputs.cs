using BertMLNet.Export;

namespace BertMLNet.Training;

/// <summary>Works out the inputs of a packed graph that depend on the batch: ids, positions, index tables, targets.</summary>
internal sealed class PackedBatchInputs(PackedBatch batch, int heads, int labels, float lossScale)
{
    /// <summary>Added to scores that must not count; e to its power is zero in single precision.</summary>
    private const float Excluded = -10000f;

    private readonly int _longest = batch.LongestLength;
    private SelectedTokens? _selected;

    /// <summary>The tokens that a head reads which predicts tokens.</summary>
    private SelectedTokens Selected => _selected ??= SelectedTokens.Of(batch);

    /// <summary>The sizes that the graph's symbolic dimensions have for this batch.</summary>
    public long SizeOf(string symbol) => symbol switch
    {
        PackedInputs.Tokens => batch.TokenCount,
        PackedInputs.Batch => batch.ExampleCount,
        PackedInputs.Longest => _longest,
        PackedInputs.Masked => SelectedTokens.MaskedOf(batch).Positions.Length,
        PackedInputs.Selected => Selected.Positions.Length,
        PackedInputs.LongestSelected => Selected.Counts.DefaultIfEmpty().Max(),
        _ => throw new ArgumentOutOfRangeException(nameof(symbol), symbol, "The graph has an unknown dimension."),
    };

    /// <summary>The size that a dimension has for this batch.</summary>
    public long SizeOf(Dimension dimension) => dimension.Symbol is { } symbol ? SizeOf(symbol) : dimension.Size;

    /// <summary>Writes an integer input's elements.</summary>
    public void Write(string input, Span<long> destination)
    {
        switch (input)
        {
            case PackedInputs.InputIds:
                Widen(batch.InputIds, destination);
                break;
            case PackedInputs.TokenTypeIds:
                Widen(batch.TokenTypeIds, destination);
                break;
            case PackedInputs.PositionIds:
                WritePositions(destination);
                break;
            case PackedInputs.HeadsFromTokens:
                WriteSplit(batch.Lengths, destination, heads, orZero: false);
                break;
            case PackedInputs.HeadsFromTokensOrZero:
                WriteSplit(batch.Lengths, destination, heads, orZero: true);
                break;
            case PackedInputs.SpansFromTokens:
                WriteSplit(batch.Lengths, destination, 2, orZero: false);
                break;
            case PackedInputs.TokensFromHeads:
                WriteMerge(batch.Lengths, destination, heads);
                break;
            case PackedInputs.TokensFromSpans:
                WriteMerge(batch.Lengths, destination, 2);
                break;
            case PackedInputs.FirstTokens:
                WriteFirstTokens(destination);
                break;
            case PackedInputs.ExampleOrZero:
                WriteExampleOrZero(destination);
                break;
            case PackedInputs.SelectedPositions:
                Widen(Selected.Positions, destination);
                break;
            case PackedInputs.HeadsFromSelected:
                WriteSplit(Selected.Counts, destination, heads, orZero: false);
                break;
            case PackedInputs.HeadsFromSelectedOrZero:
                WriteSplit(Selected.Counts, destination, heads, orZero: true);
                break;
            case PackedInputs.SelectedFromHeads:
                WriteMerge(Selected.Counts, destination, heads);
                break;
            case PackedInputs.MaskedOfSelected:
                Widen(Selected.Masked, destination);
                break;
            case PackedInputs.MaskedOfSelectedOrZero:
                WriteInverse(Selected.Masked, destination);
                break;
            case PackedInputs.FirstOfSelected:
                Widen(Selected.First, destination);
                break;
            case PackedInputs.FirstOfSelectedOrZero:
                WriteInverse(Selected.First, destination);
                break;
            case PackedInputs.SelectedOrZero:
                WriteInverse(Selected.Positions, destination);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(input), input, "The graph has an unknown integer input.");
        }
    }

    /// <summary>Writes a real-valued input's elements.</summary>
    public void Write(string input, Span<float> destination)
    {
        switch (input)
        {
            case PackedInputs.AttentionBias:
                WriteAttentionBias(destination);
                break;
            case LossInputs.ClassTargets:
                WriteClassTargets(destination);
                break;
            case LossInputs.SpanBias:
                WriteSpanBias(destination);
                break;
            case LossInputs.SpanTargets:
                WriteSpanTargets(destination);
                break;
            case LossInputs.MaskedTargets:
                WriteMaskedTargets(destination);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(input), input, "The graph has an unknown input.");
        }
    }

    private T Targets<T>()
        where T : BatchTargets =>
        batch.Targets as T ?? throw new InvalidOperationException($"The batch holds {batch.Targets?.GetType().Name ?? "no targets"}, but the model's head needs {typeof(T).Name}.");

    private static void Widen(int[] source, Span<long> destination)
    {
        for (int i = 0; i < source.Length; i++)
            destination[i] = source[i];
    }

    private void WritePositions(Span<long> destination)
    {
        int token = 0;
        foreach (int length in batch.Lengths)
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

    private void WriteFirstTokens(Span<long> destination)
    {
        long token = 0;
        for (int example = 0; example < batch.ExampleCount; example++)
        {
            destination[example] = token;
            token += batch.Lengths[example];
        }
    }

    private void WriteExampleOrZero(Span<long> destination)
    {
        destination.Fill(batch.ExampleCount);
        int token = 0;
        for (int example = 0; example < batch.ExampleCount; example++)
        {
            destination[token] = example;
            token += batch.Lengths[example];
        }
    }

    private static void WriteInverse(int[] positions, Span<long> destination)
    {
        destination.Fill(positions.Length);
        for (int i = 0; i < positions.Length; i++)
            destination[positions[i]] = i;
    }

    private void WriteAttentionBias(Span<float> destination)
    {
        destination.Fill(Excluded);
        for (int example = 0; example < batch.ExampleCount; example++)
            destination.Slice(example * _longest, batch.Lengths[example]).Clear();
    }

    private void WriteClassTargets(Span<float> destination)
    {
        ClassTargets targets = batch.Targets is PreTrainingTargets both ? both.Sentences : Targets<ClassTargets>();
        destination.Clear();
        for (int example = 0; example < batch.ExampleCount; example++)
            destination[example * labels + targets.Classes[example]] = targets.Weights[example] * lossScale;
    }

    private void WriteMaskedTargets(Span<float> destination)
    {
        int[] ids = SelectedTokens.MaskedOf(batch).Ids;
        destination.Clear();
        int vocabulary = ids.Length == 0 ? 0 : destination.Length / ids.Length;
        for (int i = 0; i < ids.Length; i++)
            destination[i * vocabulary + ids[i]] = lossScale;
    }

    private void WriteSpanBias(Span<float> destination)
    {
        bool[] allowed = Targets<SpanTargets>().Allowed;
        destination.Fill(Excluded);
        int token = 0;
        for (int example = 0; example < batch.ExampleCount; example++)
        {
            for (int position = 0; position < batch.Lengths[example]; position++)
            {
                if (allowed[token++])
                    destination[example * _longest + position] = 0;
            }
        }
    }

    private void WriteSpanTargets(Span<float> destination)
    {
        SpanTargets targets = Targets<SpanTargets>();
        destination.Clear();
        for (int example = 0; example < batch.ExampleCount; example++)
        {
            destination[example * 2 * _longest + targets.Starts[example]] = 0.5f * lossScale;
            destination[(example * 2 + 1) * _longest + targets.Ends[example]] = 0.5f * lossScale;
        }
    }
}
