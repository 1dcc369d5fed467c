using System.Reflection;

namespace Microsoft.ML.Data;

public sealed partial class TextLoader : IDataLoader<IMultiStreamSource>
{
    private readonly Options _options;
    private readonly TextColumn[] _columns;
    private readonly DataViewSchema _schema;

    internal TextLoader(Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Check.Parameter(options.Columns?.Length > 0, nameof(options), "The columns to load must be given.");
        Check.Parameter(options.Separators?.Length > 0, nameof(options), "At least one separator must be given.");
        if (options.AllowSparse)
            throw new NotSupportedException("Sparse rows of text are not supported by this package set.");
        _options = options;
        _columns = [.. options.Columns.Select(column => new TextColumn(column))];
        var schema = new DataViewSchema.Builder();
        foreach (var column in _columns)
            schema.AddColumn(column.Name, column.Type);
        _schema = schema.ToSchema();
    }

    public DataViewSchema GetOutputSchema() => _schema;

    public IDataView Load(IMultiStreamSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new TextView(source, _options, _columns, _schema);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
        => throw new NotSupportedException("A text loader cannot be saved by this package set; save the model with its input schema.");

    /// <summary>The columns of a class, by its members' LoadColumn, ColumnName and KeyType attributes.</summary>
    internal static Column[] ColumnsOf(Type type)
    {
        const BindingFlags Public = BindingFlags.Public | BindingFlags.Instance;
        var properties = type.GetProperties(Public).Where(property => property.GetGetMethod() is not null && property.GetIndexParameters().Length == 0);
        MemberInfo[] members = [.. type.GetFields(Public), .. properties];
        Check.Parameter(members.Length > 0, "TInput", "Should define at least one public, readable field or property in TInput.");
        return [.. members.Select(ColumnOf)];
    }

    private static Column ColumnOf(MemberInfo member)
    {
        var load = member.GetCustomAttribute<LoadColumnAttribute>();
        Check.That(load is not null, $"{(member is FieldInfo ? "Field" : "Property")} '{member.Name}' is missing the {nameof(LoadColumnAttribute)} attribute");
        var item = (PrimitiveDataViewType)MemberColumn.TypeOf(member).ItemType();
        return new Column(
            member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Name,
            PrimitiveTypes.KindOf(item),
            load.Sources,
            item is KeyDataViewType key ? new KeyCount(key.Count) : null);
    }
}
