using BertMLNet.Modeling;

namespace BertMLNet.Training;

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
