using BertMLNet.Export;

namespace BertMLNet.Training;

/// <summary>A parameter's gradient: the sum of a tensor of the parameter's shape and of gradients of single rows.</summary>
/// <param name="Dense">A value of the parameter's shape; null where only rows were read.</param>
/// <param name="Rows">Gradients of rows that were looked up in the parameter, such as an embedding table's.</param>
public sealed record ParameterGradient(GraphValue? Dense, IReadOnlyList<RowGradient> Rows);
