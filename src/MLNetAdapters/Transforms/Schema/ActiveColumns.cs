using Microsoft.ML;

namespace BertMLNet;

/// <summary>Which columns of a schema a consumer asks for.</summary>
internal static class ActiveColumns
{
    /// <summary>One flag a column of <paramref name="schema"/>, by index.</summary>
    public static bool[] Of(DataViewSchema schema, IEnumerable<DataViewSchema.Column> columns)
    {
        var active = new bool[schema.Count];
        foreach (DataViewSchema.Column column in columns)
            active[column.Index] = true;
        return active;
    }
}
