namespace BertMLNet.Scoring;

/// <summary>Scores rows together; <paramref name="results"/> has one place a row.</summary>
internal delegate void RowScorer<TRow, TResult>(ReadOnlySpan<TRow> rows, Span<TResult> results, CancellationToken cancellationToken);
