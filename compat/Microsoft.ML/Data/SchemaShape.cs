using System.Collections;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>What an estimator knows of a schema before it is fitted: no sizes, no key counts, no hidden columns.</summary>
public sealed partial class SchemaShape : IReadOnlyList<SchemaShape.Column>
{
    private static readonly SchemaShape Empty = new([]);

    private readonly Column[] _columns;

    public SchemaShape(IEnumerable<Column> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        _columns = [.. columns];
        Check.Parameter(_columns.All(column => column.IsValid), nameof(columns), "A column has no name.");
    }

    public int Count => _columns.Length;

    public Column this[int index] => _columns[index];

    public IEnumerator<Column> GetEnumerator() => ((IEnumerable<Column>)_columns).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static SchemaShape Create(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return new SchemaShape(schema.Where(column => !column.IsHidden)
            .Select(column => Column.Of(column.Name, column.Type, AnnotationsOf(column))));
    }

    internal static SchemaShape AnnotationsOf(DataViewSchema.Column column)
        => new(column.Annotations.Schema.Select(annotation => Column.Of(annotation.Name, annotation.Type)));

    internal bool TryFindColumn(string name, out Column column)
    {
        column = _columns.FirstOrDefault(candidate => candidate.Name == name);
        return column.IsValid;
    }

    /// <summary>This shape with columns put in the place of those of their names, or at the end.</summary>
    internal SchemaShape With(params IEnumerable<Column> columns)
    {
        var result = _columns.ToList();
        foreach (var column in columns)
        {
            int index = result.FindIndex(existing => existing.Name == column.Name);
            if (index < 0)
                result.Add(column);
            else
                result[index] = column;
        }

        return new SchemaShape(result);
    }
}
