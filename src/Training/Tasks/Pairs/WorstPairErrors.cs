using System.Globalization;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>The worst errors of a trained model, with their texts: what a person looks at first.</summary>
internal static class WorstPairErrors
{
    private const int Shown = 20;
    private const int TextShown = 300;

    /// <summary>Runs the model over the examples and lists its worst errors.</summary>
    /// <param name="engine">The model.</param>
    /// <param name="features">The examples.</param>
    /// <param name="batchTokens">
    /// The most tokens that go through the model at once; see <see cref="TrainingOptions.MicroBatchTokens"/>.
    /// </param>
    /// <param name="open">Opens where they came from, for the texts that features no longer have.</param>
    /// <param name="cancellationToken">Checked at each batch.</param>
    public static ReportTable List(
        ITrainingEngine engine, LabelledPairs features, int batchTokens, Func<IPairSource> open, CancellationToken cancellationToken)
    {
        var worst = new PriorityQueue<Error, double>();
        foreach (int[] indices in MicroBatches.Split(features, [.. Enumerable.Range(0, features.Count)], batchTokens))
        {
            float[] logits = engine.Forward(features.Pack(indices), cancellationToken)[TensorNames.Logits];
            int width = logits.Length / indices.Length;
            for (int i = 0; i < indices.Length; i++)
            {
                if (features.Answers.ErrorOf(features.RowOf(indices[i]), logits.AsSpan(i * width, width)) is not { } error)
                    continue;
                worst.Enqueue(new(features.LineOf(indices[i]), error), error.Size);
                if (worst.Count > Shown)
                    worst.Dequeue();
            }
        }
        List<Error> errors =
            [.. worst.UnorderedItems.Select(item => item.Element).OrderByDescending(error => error.What.Size).ThenBy(error => error.Line)];
        Dictionary<long, PairExample> texts = Texts(errors, open, cancellationToken);
        return new ReportTable(
            "Worst errors",
            ["line", "right", "predicted", features.Answers.ErrorText.Column, "sentence 1", "sentence 2"],
            [
                .. errors.Select(error => (IReadOnlyList<string>)
                [
                    error.Line.ToString(CultureInfo.InvariantCulture),
                    error.What.Right,
                    error.What.Predicted,
                    error.What.Size.ToString("F2", CultureInfo.InvariantCulture),
                    Shortened(texts.GetValueOrDefault(error.Line).Sentence1),
                    Shortened(texts.GetValueOrDefault(error.Line).Sentence2),
                ]),
            ],
            features.Answers.ErrorText.Note);
    }

    private static Dictionary<long, PairExample> Texts(List<Error> errors, Func<IPairSource> open, CancellationToken cancellationToken)
    {
        HashSet<long> lines = [.. errors.Select(error => error.Line)];
        try
        {
            using IPairSource source = open();
            // What is wrong with the data was told when they were read to train on.
            if (source is PairFile file)
                file.PassesOverBadRows = true;
            return source.Read(cancellationToken).Where(example => lines.Contains(example.Line)).ToDictionary(example => example.Line);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The data may have gone while the model trained, and a program's own source may fail in any way; a table
            // without texts is no reason to lose the run.
            return [];
        }
    }

    private static string Shortened(string? text) => text switch
    {
        null => "",
        { Length: > TextShown } => $"{text.AsSpan(0, TextShown)} …",
        _ => text,
    };

    private sealed record Error(long Line, PairError What);
}
