using System.Text.Json.Nodes;
using Microsoft.ML.Data;
using Microsoft.ML.Model;

namespace Microsoft.ML.Transforms;

/// <summary>The values that keys stand for, in the keys' order.</summary>
internal abstract class KeyTerms
{
    protected KeyTerms(PrimitiveDataViewType valueType) => ValueType = valueType;

    public PrimitiveDataViewType ValueType { get; }

    public abstract int Count { get; }

    /// <summary>Terms of a value type, at most so many, in order of occurrence or by value.</summary>
    public static KeyTerms Learn(IDataView data, DataViewSchema.Column column, int maximum, bool byValue)
    {
        var terms = Create(column.Type.ItemType());
        using (var cursor = data.GetRowCursor([column]))
            terms.Learn(cursor, column, maximum);
        if (byValue)
            terms.Sort();
        return terms;
    }

    public static KeyTerms Load(JsonNode json)
    {
        var terms = Create(TypeJson.Read(json["type"]));
        terms.LoadValues(json.Items("values"));
        return terms;
    }

    public JsonObject ToJson() => new() { ["type"] = TypeJson.Write(ValueType), ["values"] = WriteValues() };

    /// <summary>The key values annotation; its values are text when asked for.</summary>
    public abstract DataViewSchema.Annotations ToAnnotations(bool asText);

    /// <summary>A getter of the keys of a column, scalar or vector.</summary>
    public abstract Delegate CreateGetter(DataViewRow row, DataViewSchema.Column column);

    protected abstract void Learn(DataViewRowCursor cursor, DataViewSchema.Column column, int maximum);

    protected abstract void Sort();

    protected abstract void LoadValues(JsonNode[] values);

    protected abstract JsonArray WriteValues();

    private static KeyTerms Create(DataViewType type)
    {
        Check.Parameter(PrimitiveTypes.TryGet(type.RawType, out var valueType), "inputColumnName", $"Values of type {type} cannot be mapped to keys.");
        return (KeyTerms)Activator.CreateInstance(typeof(KeyTerms<>).MakeGenericType(valueType.RawType), valueType);
    }
}
