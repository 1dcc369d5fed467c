namespace BertMLNet.Training;

/// <summary>A table of the report: a confusion matrix, scores by answer length, the worst errors with their texts.</summary>
/// <param name="Title">The heading above it.</param>
/// <param name="Columns">The columns' headings.</param>
/// <param name="Rows">The cells, row by row.</param>
/// <param name="Note">A sentence on how to read it; null for none.</param>
/// <param name="Chart">The picture to draw of it.</param>
public sealed record ReportTable(
    string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows, string? Note = null, ReportChart Chart = ReportChart.None);
