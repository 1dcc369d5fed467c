using Microsoft.ML.Data;
using Microsoft.ML.Model;

namespace Microsoft.ML.Transforms;

public sealed class ExpressionTransformer : RowToRowTransformerBase
{
    internal const string Kind = "Expression";

    private readonly string _output;
    private readonly string _expression;
    private readonly string[] _inputs;
    private readonly ReadOnlyMemory<char> _value;

    internal ExpressionTransformer(string output, string expression, string[] inputs)
    {
        _output = output;
        _expression = expression;
        _inputs = inputs;
        _value = ConstantExpression.Parse(expression, inputs.Length).AsMemory();
    }

    internal static ITransformer Load(ModelLoadContext context)
        => new ExpressionTransformer(context.State.Text("output"), context.State.Text("expression"), context.State.Texts("inputs"));

    private protected override void SaveModel(ModelSaveContext ctx)
        => ctx.Write(Kind, new() { ["output"] = _output, ["expression"] = _expression, ["inputs"] = _inputs.ToJson() });

    private protected override RowMapper MakeRowMapper(DataViewSchema schema)
        => new Mapper(schema, _output, [.. _inputs.Select(name => ExpressionEstimator.CheckInput(schema, name))], _value);

    private sealed class Mapper : RowMapper
    {
        private readonly DataViewSchema.Column[] _inputs;
        private readonly ReadOnlyMemory<char> _value;

        public Mapper(DataViewSchema inputSchema, string output, DataViewSchema.Column[] inputs, ReadOnlyMemory<char> value)
            : base(inputSchema, [new DataViewSchema.DetachedColumn(output, TextDataViewType.Instance)])
        {
            _inputs = inputs;
            _value = value;
        }

        protected override void MarkDependencies(int added, bool[] needed)
        {
            foreach (var input in _inputs)
                needed[input.Index] = true;
        }

        protected override Func<int, Delegate> BindTo(DataViewRow input)
            => _ => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = _value);
    }
}
