namespace BertMLNet.Export;

/// <summary>
/// The way back of a Gather that reads no row twice (but for rows whose gradient is zero): another Gather, which takes
/// the place of a scatter in the backward pass.
/// </summary>
/// <param name="Indices">
/// For every row of the gathered data, the row of the output (its leading dimensions flattened) that it went to.
/// </param>
/// <param name="HasAbsentRows">
/// Whether <paramref name="Indices"/> holds one past the last row of the output for rows that went nowhere; their
/// gradient is zero.
/// </param>
public sealed record InverseGather(GraphValue Indices, bool HasAbsentRows);
