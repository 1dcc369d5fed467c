namespace BertMLNet.Training;

/// <summary>The tokens of a batch that its head reads: the masked ones, and in pre-training the first of each example too.</summary>
/// <param name="Positions">Their places in the packed batch, [selected], ascending.</param>
/// <param name="Counts">How many each example has, [examples].</param>
/// <param name="Masked">The masked tokens' places among them, [masked].</param>
/// <param name="First">The first tokens' places among them, [examples]; empty where they are not read.</param>
internal sealed record SelectedTokens(int[] Positions, int[] Counts, int[] Masked, int[] First)
{
    /// <summary>The batch's masked tokens.</summary>
    public static MaskedTokenTargets MaskedOf(PackedBatch batch) => batch.Targets switch
    {
        PreTrainingTargets both => both.Tokens,
        MaskedTokenTargets masked => masked,
        _ => throw new InvalidOperationException(
            $"The batch holds {batch.Targets?.GetType().Name ?? "no targets"}, but the model's head needs {nameof(MaskedTokenTargets)}."),
    };

    public static SelectedTokens Of(PackedBatch batch)
    {
        int[] masked = MaskedOf(batch).Positions;
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
