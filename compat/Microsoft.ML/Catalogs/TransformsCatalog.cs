namespace Microsoft.ML;

/// <summary>The root of transforms. Extension methods on it cannot reach the context: nothing of it is public.</summary>
public sealed class TransformsCatalog
{
    internal TransformsCatalog() => Conversion = new ConversionTransforms();

    public ConversionTransforms Conversion { get; }

    public sealed class ConversionTransforms
    {
        internal ConversionTransforms()
        {
        }
    }
}
