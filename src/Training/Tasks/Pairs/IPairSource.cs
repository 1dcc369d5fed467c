using BertMLNet.Modeling;
using BertMLNet.Scoring;

namespace BertMLNet.Training;

/// <summary>Where pairs come from: a file, or rows that a program has.</summary>
public interface IPairSource : IDisposable
{
    /// <summary>The source's name, for messages.</summary>
    string Name { get; }

    /// <summary>Whether rows have a second sentence.</summary>
    bool HasPairs { get; }

    /// <summary>The classes in order where the source itself says them; otherwise null.</summary>
    IReadOnlyList<string>? KnownLabels { get; }

    /// <summary>Reads the rows, in order.</summary>
    /// <exception cref="BertMLNetException">A row is bad, or a column is missing.</exception>
    IEnumerable<PairExample> Read(CancellationToken cancellationToken = default);

    /// <summary>Takes note of a row that cannot be used: throws the error, or passes over the row where the source is read so.</summary>
    /// <param name="line">The row's line.</param>
    /// <param name="error">What is wrong with it, without its place.</param>
    void Report(long line, string error);
}

/// <summary>One row of a pair data set.</summary>
/// <param name="Sentence1">The first sentence.</param>
/// <param name="Sentence2">The second; null where single sentences are classified.</param>
/// <param name="Label">The class's name; null where the data is not labelled.</param>
/// <param name="Line">The line of the file that the row starts at, the first being 1.</param>
/// <param name="Group">What rows to be ranked together have in common, such as their query; null where rows have no groups.</param>
public readonly record struct PairExample(string Sentence1, string? Sentence2, string? Label, long Line, string? Group = null);

/// <summary>Pairs that a program has. A row's line is its number, from 1.</summary>
/// <param name="name">What to call the rows in messages.</param>
/// <param name="rows">The sentences and the class's name of each row.</param>
/// <param name="hasPairs">Whether rows have a second sentence.</param>
/// <param name="labels">The classes in order; null to take those found, sorted.</param>
public sealed class PairsInMemory(
    string name,
    IEnumerable<(string Sentence1, string? Sentence2, string Label)> rows,
    bool hasPairs = true,
    IReadOnlyList<string>? labels = null) : IPairSource
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public bool HasPairs => hasPairs;

    /// <inheritdoc/>
    public IReadOnlyList<string>? KnownLabels => labels;

    /// <inheritdoc/>
    public IEnumerable<PairExample> Read(CancellationToken cancellationToken = default)
    {
        long line = 0;
        foreach ((string sentence1, string? sentence2, string label) in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new PairExample(sentence1, hasPairs ? sentence2 ?? "" : null, label, ++line);
        }
    }

    /// <inheritdoc/>
    public void Report(long line, string error) => throw new BertMLNetException($"{name}, row {line}: {error}");

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}

/// <summary>Checks of rows that are to be scored.</summary>
internal static class PairSourceExtensions
{
    /// <summary>
    /// Requires pairs of rows for a model that was trained on pairs, and single sentences for one that was trained on those; one that
    /// does not know takes both.
    /// </summary>
    /// <exception cref="BertMLNetException">The rows are of the other kind.</exception>
    public static void RequireKindOf<TResult>(this IPairSource source, TextPairModel<TResult> model)
    {
        if (model.TakesPairs is not { } pairs || pairs == source.HasPairs)
            return;
        throw new BertMLNetException(pairs
            ? $"{source.Name}: rows have no second sentence, and the model was trained on pairs; name the columns of both (options "
                + "sentence1 and sentence2)."
            : $"{source.Name}: rows have a second sentence, and the model was trained on single sentences; leave the column out, or "
                + "rename it.");
    }
}
