namespace BertMLNet.Scoring;

/// <summary>Scores rows together; the result is one a row, in the rows' order.</summary>
internal delegate TResult[] RowScorer<TRow, TResult>(ReadOnlyMemory<TRow> rows, CancellationToken cancellationToken);
