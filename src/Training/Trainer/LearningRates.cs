namespace BertMLNet.Training;

/// <summary>The learning rate of each update, over the highest.</summary>
internal static class LearningRates
{
    /// <summary>
    /// The factor of one update. No update is wasted on a rate of 0: warmup reaches 1 at its last update, and the linear
    /// decay, which starts at 1 with the next one, would reach 0 one update after the last.
    /// </summary>
    /// <param name="options">The schedule and the warmup.</param>
    /// <param name="update">The update, counted from 0.</param>
    /// <param name="updates">The number of updates of the whole run.</param>
    public static double Factor(TrainingOptions options, long update, long updates)
    {
        long warmup = (long)Math.Round(options.Warmup * updates, MidpointRounding.AwayFromZero);
        if (update < warmup)
            return (update + 1.0) / warmup;
        return options.Schedule == LearningRateSchedule.Constant ? 1 : (double)(updates - update) / (updates - warmup);
    }
}
