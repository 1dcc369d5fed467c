using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>What is thrown when a column is missing or of another type, worded as ML.NET words it.</summary>
internal static class SchemaErrors
{
    /// <param name="parameter">The parameter that carries the schema.</param>
    /// <param name="role">What the column is for; may be empty, which leaves the two spaces seen in ML.NET's message.</param>
    /// <param name="column">The column's name.</param>
    public static Exception Missing(string parameter, string role, string column)
        => new ArgumentOutOfRangeException(parameter, $"Could not find {role} column '{column}'");

    public static Exception Mismatch(string parameter, string role, string column, string expected, string actual)
        => new ArgumentOutOfRangeException(parameter, $"Schema mismatch for {role} column '{column}': expected {expected}, got {actual}");

    public static DataViewSchema.Column Find(DataViewSchema schema, string parameter, string role, string column)
        => schema.GetColumnOrNull(column) ?? throw Missing(parameter, role, column);

    public static SchemaShape.Column Find(SchemaShape shape, string parameter, string role, string column)
        => shape.TryFindColumn(column, out var found) ? found : throw Missing(parameter, role, column);
}
