using System.Text.Json.Nodes;
using Microsoft.ML.Data;

namespace Microsoft.ML.Model;

internal sealed class VectorJson<T> : ValueJson
{
    public override JsonNode Write(DataViewSchema.Annotations annotations, DataViewSchema.Column annotation)
    {
        VBuffer<T> value = default;
        annotations.GetValue(annotation.Name, ref value);
        return new JsonArray([.. value.DenseValues().Select(ItemJson.Write)]);
    }

    public override Delegate Read(JsonNode json)
    {
        var array = json as JsonArray ?? throw new InvalidOperationException("The model file holds a vector that is not an array.");
        T[] items = [.. array.Select(ItemJson.Read<T>)];
        var vector = new VBuffer<T>(items.Length, items);
        return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => vector.CopyTo(ref value));
    }
}
