using BertMLNet.Modeling;

namespace BertMLNet.Cli;

/// <summary>Scores the rows of an input with a model: one line a row, in order.</summary>
internal interface IScoringJob : IDisposable
{
    /// <summary>The columns of the results as TSV.</summary>
    IReadOnlyList<string> Columns { get; }

    /// <summary>Scores the rows behind those that are written already.</summary>
    /// <param name="results">Where the lines go.</param>
    /// <param name="rowsWritten">How many rows' lines stand there already.</param>
    /// <param name="onBadRow">Is told of bad rows, each of which gives a line with its error; null where a bad row ends the job.</param>
    /// <param name="bar">Shows how many rows are done.</param>
    /// <param name="cancellationToken">Checked at each batch.</param>
    void Run(
        ResultWriter results, long rowsWritten, Action<BertMLNetException>? onBadRow, ProgressBar bar, CancellationToken cancellationToken);
}
