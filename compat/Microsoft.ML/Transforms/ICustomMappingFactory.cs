namespace Microsoft.ML.Transforms;

/// <summary>What loading a saved custom mapping asks of its factory.</summary>
internal interface ICustomMappingFactory
{
    ITransformer CreateTransformer(string contractName);
}
