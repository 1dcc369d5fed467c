using Microsoft.ML.Transforms;

namespace MLNet.Conformance;

[CustomMappingFactoryAttribute(Contract)]
public sealed class ConfiguredFactory : CustomMappingFactory<ConfiguredIn, ConfiguredOut>
{
    public const string Contract = "MLNet.Conformance.Configured";

    public static void Map(ConfiguredIn input, ConfiguredOut output) => output.Joined = input.Text + "|" + input.Settings;

    public override Action<ConfiguredIn, ConfiguredOut> GetMapping() => Map;
}
