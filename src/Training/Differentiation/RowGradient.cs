using BertMLNet.Export;

namespace BertMLNet.Training;

/// <summary>
/// The gradient of a table through one look-up of its rows. Whoever runs the graph adds each row to the table's row of
/// the same index; a scatter inside the graph would touch the whole table, and race on repeated indices.
/// </summary>
/// <param name="Indices">The rows that were read, [n].</param>
/// <param name="Gradient">What to add to them, [n, width].</param>
public sealed record RowGradient(GraphValue Indices, GraphValue Gradient);
