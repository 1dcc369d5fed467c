using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>What the custom mapping of a saved tokenizing transformer writes. It is public for ML.NET's sake.</summary>
public sealed class BertTokenizeOutput
{
    internal const string IdsColumn = "__bertmlnet_ids";
    internal const string MaskColumn = "__bertmlnet_mask";
    internal const string TypeIdsColumn = "__bertmlnet_type_ids";

    /// <summary>The token ids.</summary>
    [ColumnName(IdsColumn)]
    [VectorType]
    public long[] Ids { get; set; } = [];

    /// <summary>The attention mask.</summary>
    [ColumnName(MaskColumn)]
    [VectorType]
    public long[] Mask { get; set; } = [];

    /// <summary>The type ids.</summary>
    [ColumnName(TypeIdsColumn)]
    [VectorType]
    public long[] TypeIds { get; set; } = [];
}
