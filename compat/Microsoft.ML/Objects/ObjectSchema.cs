namespace Microsoft.ML.Data;

/// <summary>The columns that objects of a class make, and their getters.</summary>
internal sealed class ObjectSchema<TRow>
{
    private readonly MemberColumn[] _members;

    public ObjectSchema(SchemaDefinition definition, SchemaDefinition.Direction direction = SchemaDefinition.Direction.Read)
    {
        _members = MemberColumn.Bind(typeof(TRow), definition, direction);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(Columns);
        Schema = builder.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public IEnumerable<DataViewSchema.DetachedColumn> Columns
        => _members.Select(member => new DataViewSchema.DetachedColumn(member.Name, member.Type, member.Annotations));

    public Delegate CreateGetter(int column, Func<TRow> current)
        => MemberBridge<TRow>.Create(_members[column].Member, _members[column].Type).CreateGetter(current);
}
