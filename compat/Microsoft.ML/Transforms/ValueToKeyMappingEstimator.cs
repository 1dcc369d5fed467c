using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public sealed class ValueToKeyMappingEstimator : IEstimator<ValueToKeyMappingTransformer>
{
    private readonly InputOutputColumnPair[] _columns;
    private readonly int _maximum;
    private readonly KeyOrdinality _order;
    private readonly bool _asText;
    private readonly IDataView _keyData;

    internal ValueToKeyMappingEstimator(InputOutputColumnPair[] columns, int maximum, KeyOrdinality order, bool asText, IDataView keyData)
    {
        Check.Parameter(keyData is null || keyData.Schema.Count(column => !column.IsHidden) == 1, nameof(keyData),
            "If specified, this data view should contain only a single column of key values.");
        _columns = columns;
        _maximum = maximum;
        _order = order;
        _asText = asText;
        _keyData = keyData;
    }

    public ValueToKeyMappingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ValueToKeyMappingTransformer(_columns, [.. _columns.Select(pair => Learn(input, pair))], _asText);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return inputSchema.With([.. _columns.Select(pair => OutputOf(inputSchema, pair))]);
    }

    private KeyTerms Learn(IDataView input, InputOutputColumnPair pair)
    {
        var column = SchemaErrors.Find(input.Schema, nameof(input), "input", pair.InputColumnName);
        bool byValue = _order == KeyOrdinality.ByValue;
        if (_keyData is null)
            return KeyTerms.Learn(input, column, _maximum, byValue);

        // Given keys stand in their own order, whatever the data have.
        var keys = _keyData.Schema.First(key => !key.IsHidden);
        Check.Parameter(keys.Type.ItemType().RawType == column.Type.ItemType().RawType, "keyData",
            $"The key data are {keys.Type}, but column '{column.Name}' is {column.Type}.");
        return KeyTerms.Learn(_keyData, keys, int.MaxValue, byValue);
    }

    private SchemaShape.Column OutputOf(SchemaShape shape, InputOutputColumnPair pair)
    {
        var input = SchemaErrors.Find(shape, "inputSchema", "input", pair.InputColumnName);
        var annotations = input.Annotations.Where(annotation => annotation.Name == AnnotationKinds.SlotNames).Append(new(
            AnnotationKinds.KeyValues, SchemaShape.Column.VectorKind.Vector, _asText ? TextDataViewType.Instance : input.ItemType, isKey: false));
        return new(pair.OutputColumnName, input.Kind, NumberDataViewType.UInt32, isKey: true, new SchemaShape(annotations));
    }

    public enum KeyOrdinality : byte
    {
        ByOccurrence = 0,
        ByValue = 1,
    }
}
