namespace Microsoft.ML;

/// <summary>The root of transforms. Extension methods on it cannot reach the context: nothing of it is public.</summary>
public sealed class TransformsCatalog
{
    internal TransformsCatalog()
    {
    }

    public ConversionTransforms Conversion { get; } = new();

    public sealed class ConversionTransforms
    {
        internal ConversionTransforms()
        {
        }
    }
}
