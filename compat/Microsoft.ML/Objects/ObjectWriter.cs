namespace Microsoft.ML.Data;

/// <summary>Fills objects of a class from the columns of a schema that its members name.</summary>
internal sealed class ObjectWriter<TRow>
{
    private readonly List<(MemberColumn Member, DataViewSchema.Column Column)> _bound = [];

    public ObjectWriter(DataViewSchema schema, bool ignoreMissingColumns, SchemaDefinition definition)
    {
        foreach (var member in MemberColumn.Bind(typeof(TRow), definition, SchemaDefinition.Direction.Write))
        {
            if (schema.GetColumnOrNull(member.Name) is not { } column)
            {
                if (ignoreMissingColumns)
                    continue;
                throw SchemaErrors.Missing("Schema", "", member.Name);
            }

            Check.That(MemberColumn.CanHold(member.Member, column.Type),
                $"Can't bind the IDataView column '{column.Name}' of type '{column.Type}' to field or property "
                + $"'{member.Member.Name}' of type '{MemberColumn.MemberType(member.Member).FullName}'.");
            _bound.Add((member, column));
        }
    }

    public IEnumerable<DataViewSchema.Column> Columns => _bound.Select(bound => bound.Column);

    /// <summary>An action that writes the row's current values into an object.</summary>
    public Action<TRow> For(DataViewRow row)
    {
        Action<TRow>[] writers = [.. _bound.Select(bound => MemberBridge<TRow>.Create(bound.Member.Member, bound.Column.Type).CreateWriter(row, bound.Column))];
        return target =>
        {
            foreach (var write in writers)
                write(target);
        };
    }
}
