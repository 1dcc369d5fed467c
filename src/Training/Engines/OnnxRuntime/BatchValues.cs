using BertMLNet.Export;

namespace BertMLNet.Training;

/// <summary>A batch as a packed graph sees it: the sizes of its symbolic dimensions, and what its inputs are filled with.</summary>
internal sealed class BatchValues(PackedBatch batch, float lossScale)
{
    private static readonly Dictionary<string, Func<BatchValues, long>> Sizes = new()
    {
        [PackedInputs.Tokens] = values => values.Packed.TokenCount,
        [PackedInputs.Batch] = values => values.Packed.ExampleCount,
        [PackedInputs.Longest] = values => values.Packed.LongestLength,
        [PackedInputs.Masked] = values => values.Targets<MaskedTokenTargets>().Positions.Length,
        [PackedInputs.Selected] = values => values.Selected.Positions.Length,
        [PackedInputs.LongestSelected] = values => values.Selected.Counts.DefaultIfEmpty().Max(),
    };

    private SelectedTokens? _selected;

    public PackedBatch Packed { get; } = batch;

    /// <summary>Multiplies the weights of the losses.</summary>
    public float LossScale { get; } = lossScale;

    /// <summary>The tokens that a head reads which predicts tokens.</summary>
    public SelectedTokens Selected => _selected ??= SelectedTokens.Of(this);

    /// <summary>The targets of one loss.</summary>
    /// <exception cref="InvalidOperationException">The batch has none, or those of another.</exception>
    public T Targets<T>()
        where T : BatchTargets =>
        Packed.Targets is { } targets
            ? targets.As<T>()
            : throw new InvalidOperationException($"The batch holds no targets, but the model's head needs {typeof(T).Name}.");

    /// <summary>The sizes of a value's dimensions for this batch.</summary>
    public long[] ShapeOf(GraphValue value) =>
        [.. value.Shape.Select(dimension => dimension.Symbol is { } symbol ? Sizes[symbol](this) : dimension.Size)];
}

/// <summary>The tokens of a batch that its head reads: the masked ones, and in pre-training the first of each example too.</summary>
/// <param name="Positions">Their places in the packed batch, [selected], ascending.</param>
/// <param name="Counts">How many each example has, [examples].</param>
/// <param name="Masked">The masked tokens' places among them, [masked].</param>
/// <param name="First">The first tokens' places among them, [examples]; empty where they are not read.</param>
internal sealed record SelectedTokens(int[] Positions, int[] Counts, int[] Masked, int[] First)
{
    public static SelectedTokens Of(BatchValues values)
    {
        PackedBatch batch = values.Packed;
        int[] masked = values.Targets<MaskedTokenTargets>().Positions;
        bool readsFirst = batch.Targets is PreTrainingTargets;
        var positions = new int[masked.Length + (readsFirst ? batch.ExampleCount : 0)];
        var counts = new int[batch.ExampleCount];
        var places = new int[masked.Length];
        var first = new int[readsFirst ? batch.ExampleCount : 0];
        int selected = 0, next = 0, end = 0;
        for (int example = 0; example < batch.ExampleCount; example++)
        {
            int before = selected;
            if (readsFirst)
            {
                first[example] = selected;
                positions[selected++] = end;
            }
            end += batch.Lengths[example];
            for (; next < masked.Length && masked[next] < end; next++)
            {
                places[next] = selected;
                positions[selected++] = masked[next];
            }
            counts[example] = selected - before;
        }
        return new SelectedTokens(positions, counts, places, first);
    }
}
