using BertMLNet.Modeling;

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
