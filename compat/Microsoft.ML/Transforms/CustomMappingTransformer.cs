using Microsoft.ML.Data;
using Microsoft.ML.Model;

namespace Microsoft.ML.Transforms;

public sealed class CustomMappingTransformer<TSrc, TDst> : ITransformer
    where TSrc : class, new()
    where TDst : class, new()
{
    private readonly Action<TSrc, TDst> _map;
    private readonly string _contractName;
    private readonly SchemaDefinition _inputs;

    internal CustomMappingTransformer(
        Action<TSrc, TDst> mapAction,
        string contractName,
        SchemaDefinition inputSchemaDefinition = null,
        SchemaDefinition outputSchemaDefinition = null)
    {
        ArgumentNullException.ThrowIfNull(mapAction);
        _map = mapAction;
        _contractName = contractName;
        _inputs = inputSchemaDefinition;
        Outputs = new ObjectSchema<TDst>(outputSchemaDefinition, SchemaDefinition.Direction.Write);
    }

    bool ITransformer.IsRowToRowMapper => true;

    internal ObjectSchema<TDst> Outputs { get; }

    internal MemberColumn[] Inputs => MemberColumn.Bind(typeof(TSrc), _inputs, SchemaDefinition.Direction.Both);

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => MapperOf(inputSchema).OutputSchema;

    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedView(MapperOf(input.Schema), input);
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => MapperOf(inputSchema);

    // The schema definitions are not saved: after loading the columns are those of the classes.
    void ICanSaveModel.Save(ModelSaveContext ctx) => CustomMappingModel.Save(ctx, _contractName, _map.Method.DeclaringType.Assembly);

    private CustomMappingMapper<TSrc, TDst> MapperOf(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return new CustomMappingMapper<TSrc, TDst>(schema, new ObjectWriter<TSrc>(schema, ignoreMissingColumns: false, _inputs), Outputs, _map);
    }
}
