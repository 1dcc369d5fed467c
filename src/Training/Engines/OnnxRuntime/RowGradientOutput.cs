namespace BertMLNet.Training;

/// <summary>An output of the training graph that holds gradients of single rows.</summary>
/// <param name="Parameter">The table.</param>
/// <param name="IndicesInput">The graph input that says which rows were read.</param>
/// <param name="Output">The rows' gradients, [n, width].</param>
internal sealed record RowGradientOutput(string Parameter, string IndicesInput, string Output);
