using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Microsoft.ML.Data;

namespace Microsoft.ML.Model;

/// <summary>A column type in a model file: its data kind, with a key's count and a vector's dimensions.</summary>
internal static class TypeJson
{
    public static JsonObject Write(DataViewType type)
    {
        var item = type.ItemType() as PrimitiveDataViewType ?? throw new NotSupportedException($"A column of type {type} cannot be saved.");
        var json = new JsonObject { ["kind"] = PrimitiveTypes.KindOf(item).ToString() };
        if (item is KeyDataViewType key)
            json["keys"] = key.Count;
        if (type is VectorDataViewType vector)
            json["dimensions"] = new JsonArray([.. vector.Dimensions.Select(dimension => JsonValue.Create(dimension))]);
        return json;
    }

    public static DataViewType Read(JsonNode json)
    {
        Check.That(Enum.TryParse(json.Text("kind"), out DataKind kind) && Enum.IsDefined(kind), "The model file names an unknown column type.");
        var item = PrimitiveTypes.Of(kind);
        if (json["keys"] is not null)
            item = new KeyDataViewType(item.RawType, json.Read<ulong>("keys"));
        return json["dimensions"] is null
            ? item
            : new VectorDataViewType(item, json.Items("dimensions").Select(dimension => dimension.GetValue<int>()).ToImmutableArray());
    }
}
