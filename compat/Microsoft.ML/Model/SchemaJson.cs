using System.Text.Json.Nodes;
using Microsoft.ML.Data;

namespace Microsoft.ML.Model;

/// <summary>A schema in a model file: names, types, and those annotations whose values JSON can hold.</summary>
internal static class SchemaJson
{
    public static JsonArray Write(DataViewSchema schema) => new([.. schema.Select(WriteColumn)]);

    public static DataViewSchema Read(JsonNode[] columns)
    {
        var builder = new DataViewSchema.Builder();
        foreach (var column in columns)
            builder.AddColumn(column.Text("name"), TypeJson.Read(column["type"]), ReadAnnotations(column.Items("annotations")));
        return builder.ToSchema();
    }

    private static JsonNode WriteColumn(DataViewSchema.Column column)
    {
        var annotations = new JsonArray();
        foreach (var annotation in column.Annotations.Schema)
        {
            annotations.Add(new JsonObject
            {
                ["name"] = annotation.Name,
                ["type"] = TypeJson.Write(annotation.Type),
                ["value"] = ValueJson.Of(annotation.Type).Write(column.Annotations, annotation),
            });
        }

        return new JsonObject { ["name"] = column.Name, ["type"] = TypeJson.Write(column.Type), ["annotations"] = annotations };
    }

    private static DataViewSchema.Annotations ReadAnnotations(JsonNode[] annotations)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        foreach (var annotation in annotations)
        {
            var type = TypeJson.Read(annotation["type"]);
            builder.Add(annotation.Text("name"), type, ValueJson.Of(type).Read(annotation["value"]));
        }

        return builder.ToAnnotations();
    }
}
