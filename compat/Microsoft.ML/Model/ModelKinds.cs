using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Model;

/// <summary>The kinds of model that can be loaded.</summary>
internal static class ModelKinds
{
    private static readonly Dictionary<string, Func<ModelLoadContext, ITransformer>> Loaders = new(StringComparer.Ordinal)
    {
        [ChainModel.Kind] = ChainModel.Load,
        [ColumnCopyingTransformer.Kind] = ColumnCopyingTransformer.Load,
        [ColumnConcatenatingTransformer.Kind] = ColumnConcatenatingTransformer.Load,
        [ColumnSelectingTransformer.Kind] = ColumnSelectingTransformer.Load,
        [CustomMappingModel.Kind] = CustomMappingModel.Load,
        [ExpressionTransformer.Kind] = ExpressionTransformer.Load,
        [ValueToKeyMappingTransformer.Kind] = ValueToKeyMappingTransformer.Load,
        [KeyToValueMappingTransformer.Kind] = KeyToValueMappingTransformer.Load,
    };

    public static Func<ModelLoadContext, ITransformer> LoaderOf(string kind)
        => Loaders.TryGetValue(kind, out var load) ? load : throw new InvalidOperationException($"The model file holds a model of unknown kind '{kind}'.");
}
