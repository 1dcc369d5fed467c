namespace MLNet.Conformance;

public sealed class ConfiguredOut
{
    public string Joined { get; set; } = "";
}
