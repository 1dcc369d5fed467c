using System.Text.Json.Nodes;
using Microsoft.ML.Data;
using Microsoft.ML.Model;

namespace Microsoft.ML.Transforms;

public sealed class ValueToKeyMappingTransformer : OneToOneTransformerBase
{
    internal const string Kind = "MapValueToKey";

    private readonly KeyTerms[] _terms;
    private readonly bool _asText;

    internal ValueToKeyMappingTransformer(InputOutputColumnPair[] columns, KeyTerms[] terms, bool asText)
        : base(columns)
    {
        _terms = terms;
        _asText = asText;
    }

    internal static ITransformer Load(ModelLoadContext context)
    {
        var columns = ColumnsFrom(context.State);
        KeyTerms[] terms = [.. context.State.Items("terms").Select(KeyTerms.Load)];
        Check.That(terms.Length == columns.Length, "The model file has not one list of key values for each column.");
        return new ValueToKeyMappingTransformer(columns, terms, context.State.Flag("asText"));
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        var state = ColumnsToJson();
        state["terms"] = new JsonArray([.. _terms.Select(terms => terms.ToJson())]);
        state["asText"] = _asText;
        ctx.Write(Kind, state);
    }

    private protected override RowMapper MakeRowMapper(DataViewSchema schema)
    {
        int next = 0;
        return OneToOneMapper.Create(schema, Columns, (input, output) => Map(input, output, _terms[next++]));
    }

    private OneToOneMapper.Mapping Map(DataViewSchema.Column input, string output, KeyTerms terms)
    {
        if (input.Type.ItemType().RawType != terms.ValueType.RawType)
            throw SchemaErrors.Mismatch("inputSchema", "input", input.Name, terms.ValueType.ToString(), input.Type.ToString());
        // A key type has at least one value, even where none was seen.
        var keyType = new KeyDataViewType(typeof(uint), Math.Max(1, terms.Count));
        DataViewType type = input.Type is VectorDataViewType vector ? new VectorDataViewType(keyType, vector.Dimensions) : keyType;

        var annotations = new DataViewSchema.Annotations.Builder();
        if (terms.Count > 0)
            annotations.Add(terms.ToAnnotations(_asText), _ => true);
        annotations.Add(input.Annotations, kind => kind == AnnotationKinds.SlotNames);
        return new(input, new(output, type, annotations.ToAnnotations()), row => terms.CreateGetter(row, input));
    }
}
