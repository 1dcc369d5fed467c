using Microsoft.ML.Transforms;

namespace MLNet.Conformance;

[CustomMappingFactoryAttribute(Contract)]
public sealed class LengthsFactory : CustomMappingFactory<TextIn, LengthsOut>
{
    public const string Contract = "MLNet.Conformance.Lengths";

    public static void Map(TextIn input, LengthsOut output)
    {
        output.Length = input.Text.Length;
        output.Pair = [input.Text.Length, 1];
        output.Upper = input.Text.ToUpperInvariant();
    }

    public override Action<TextIn, LengthsOut> GetMapping() => Map;
}
