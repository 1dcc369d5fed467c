using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>What the custom mappings of saved pipelines read. It is public for ML.NET's sake; pipelines fill it themselves.</summary>
public sealed class BertTextInput
{
    /// <summary>The transformer's state.</summary>
    [ColumnName(SavedChain.StateColumn)]
    public string State { get; set; } = "";

    /// <summary>The first text.</summary>
    [ColumnName(SavedChain.FirstColumn)]
    public string First { get; set; } = "";

    /// <summary>The second text.</summary>
    [ColumnName(SavedChain.SecondColumn)]
    public string Second { get; set; } = "";
}
