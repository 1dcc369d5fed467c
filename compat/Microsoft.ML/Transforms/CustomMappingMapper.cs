using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>Calls the mapping once a row, when a column of its output is first asked for. Its two objects are reused.</summary>
internal sealed class CustomMappingMapper<TSrc, TDst> : RowMapper
    where TSrc : class, new()
    where TDst : class, new()
{
    private readonly ObjectWriter<TSrc> _inputs;
    private readonly ObjectSchema<TDst> _outputs;
    private readonly Action<TSrc, TDst> _map;

    public CustomMappingMapper(DataViewSchema inputSchema, ObjectWriter<TSrc> inputs, ObjectSchema<TDst> outputs, Action<TSrc, TDst> map)
        : base(inputSchema, outputs.Columns)
    {
        _inputs = inputs;
        _outputs = outputs;
        _map = map;
    }

    protected override void MarkDependencies(int added, bool[] needed)
    {
        foreach (var column in _inputs.Columns)
            needed[column.Index] = true;
    }

    protected override Func<int, Delegate> BindTo(DataViewRow input)
    {
        var source = new TSrc();
        var destination = new TDst();
        var read = _inputs.For(input);
        long mapped = -1;
        return added => _outputs.CreateGetter(added, Current);

        TDst Current()
        {
            if (mapped != input.Position)
            {
                read(source);
                _map(source, destination);
                mapped = input.Position;
            }

            return destination;
        }
    }
}
