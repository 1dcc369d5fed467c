namespace Microsoft.ML.Data;

internal static class ObjectDefinitions
{
    /// <summary>A class's columns with the types and annotations that a schema gives them.</summary>
    public static SchemaDefinition Of<TRow>(DataViewSchema schema)
    {
        var definition = SchemaDefinition.Create(typeof(TRow), SchemaDefinition.Direction.Read);
        foreach (var column in schema)
        {
            var member = definition[column.Name];
            Check.That(member is not null, $"Type should contain a member named {column.Name}");
            member.ColumnType = column.Type;
            member.CopyAnnotations(column.Annotations);
        }

        return definition;
    }
}
