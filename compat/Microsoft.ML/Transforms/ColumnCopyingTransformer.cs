using Microsoft.ML.Data;
using Microsoft.ML.Model;

namespace Microsoft.ML.Transforms;

public sealed class ColumnCopyingTransformer : OneToOneTransformerBase
{
    internal const string Kind = "CopyColumns";

    internal ColumnCopyingTransformer(params InputOutputColumnPair[] columns)
        : base(columns)
    {
    }

    internal static ITransformer Load(ModelLoadContext context) => new ColumnCopyingTransformer(ColumnsFrom(context.State));

    private protected override void SaveModel(ModelSaveContext ctx) => ctx.Write(Kind, ColumnsToJson());

    private protected override RowMapper MakeRowMapper(DataViewSchema schema) => OneToOneMapper.Create(schema, Columns,
        (input, output) => new(input, new(output, input.Type, input.Annotations), row => Getters.Of(row, input)));
}
