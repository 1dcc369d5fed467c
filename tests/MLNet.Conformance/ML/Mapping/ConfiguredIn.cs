using Microsoft.ML.Data;

namespace MLNet.Conformance;

/// <summary>A mapping's input that gets its settings from a column that holds them in every row.</summary>
public sealed class ConfiguredIn
{
    public string Text { get; set; } = "";

    [ColumnName(Configuration)]
    public string Settings { get; set; } = "";

    public const string Configuration = "__settings";
}
