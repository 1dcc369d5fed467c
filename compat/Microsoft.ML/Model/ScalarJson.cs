using System.Text.Json.Nodes;

namespace Microsoft.ML.Model;

internal sealed class ScalarJson<T> : ValueJson
{
    public override JsonNode Write(DataViewSchema.Annotations annotations, DataViewSchema.Column annotation)
    {
        T value = default;
        annotations.GetValue(annotation.Name, ref value);
        return ItemJson.Write(value);
    }

    public override Delegate Read(JsonNode json)
    {
        T item = ItemJson.Read<T>(json);
        return (ValueGetter<T>)((ref T value) => value = item);
    }
}
