using System.Text.Json.Nodes;
using Microsoft.ML.Data;

namespace Microsoft.ML.Model;

/// <summary>The values of one column type in JSON.</summary>
internal abstract class ValueJson
{
    public static ValueJson Of(DataViewType type)
    {
        var codec = type is VectorDataViewType ? typeof(VectorJson<>) : typeof(ScalarJson<>);
        return (ValueJson)Activator.CreateInstance(codec.MakeGenericType(type.ItemType().RawType));
    }

    public abstract JsonNode Write(DataViewSchema.Annotations annotations, DataViewSchema.Column annotation);

    /// <summary>A getter of the value.</summary>
    public abstract Delegate Read(JsonNode json);
}
