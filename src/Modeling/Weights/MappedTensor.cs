namespace BertMLNet.Modeling;

/// <summary>What a checkpoint's tensor is to the model.</summary>
/// <param name="Parameter">The parameter's name; null for bookkeeping that no model needs, such as optimizer state.</param>
/// <param name="Shape">The shape as a parameter: reshaped to a matrix and transposed where the scheme stores it otherwise.</param>
/// <param name="Transposed">Whether the stored matrix is [in, out], the transpose of the parameter.</param>
internal readonly record struct MappedTensor(string? Parameter, long[] Shape, bool Transposed)
{
    public static MappedTensor Bookkeeping { get; } = new(null, [], Transposed: false);
}
