using Microsoft.ML.Data;
using Microsoft.ML.Model;

namespace Microsoft.ML.Transforms;

public sealed class KeyToValueMappingTransformer : OneToOneTransformerBase
{
    internal const string Kind = "MapKeyToValue";

    internal KeyToValueMappingTransformer(InputOutputColumnPair[] columns)
        : base(columns)
    {
    }

    internal static ITransformer Load(ModelLoadContext context) => new KeyToValueMappingTransformer(ColumnsFrom(context.State));

    private protected override void SaveModel(ModelSaveContext ctx) => ctx.Write(Kind, ColumnsToJson());

    private protected override RowMapper MakeRowMapper(DataViewSchema schema) => OneToOneMapper.Create(schema, Columns, Map);

    private static OneToOneMapper.Mapping Map(DataViewSchema.Column input, string output)
    {
        if (input.Type.ItemType() is not KeyDataViewType key)
            throw SchemaErrors.Mismatch("inputSchema", "input", input.Name, "KeyType", input.Type.ToString());
        var values = input.Annotations.Schema.GetColumnOrNull(AnnotationKinds.KeyValues)?.Type as VectorDataViewType;
        Check.That(values is not null && (ulong)values.Size == key.Count, $"Column '{input.Name}' has no key values, or not one for each key.");
        return GenericCall.Invoke<OneToOneMapper.Mapping>(MapOf<int, int>, [key.RawType, values.ItemType.RawType], input, output, values.ItemType);
    }

    private static OneToOneMapper.Mapping MapOf<TKey, TValue>(DataViewSchema.Column input, string output, PrimitiveDataViewType valueType)
    {
        VBuffer<TValue> values = default;
        input.GetKeyValues(ref values);
        var lookup = new KeyLookup<TKey, TValue>([.. values.DenseValues()]);
        DataViewType type = input.Type is VectorDataViewType vector ? new VectorDataViewType(valueType, vector.Dimensions) : valueType;
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(input.Annotations, kind => kind == AnnotationKinds.SlotNames);
        return new(input, new(output, type, annotations.ToAnnotations()), row => lookup.CreateGetter(row, input));
    }
}
