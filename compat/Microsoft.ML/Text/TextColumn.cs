namespace Microsoft.ML.Data;

/// <summary>A column of a text file: its type, and the numbers of the fields it is read from.</summary>
internal sealed class TextColumn
{
    public TextColumn(TextLoader.Column column)
    {
        Check.NotEmpty(column.Name, nameof(column.Name));
        Check.Parameter(column.Source?.Length > 0, nameof(column.Source), "Must specify some source column indices");
        foreach (var range in column.Source)
        {
            if (range.Max is null)
                throw new NotSupportedException($"Column '{column.Name}': ranges without an end are not supported by this package set.");
        }

        Name = column.Name;
        ItemType = PrimitiveTypes.Of(column.DataKind);
        if (column.KeyCount is { } key)
            ItemType = new KeyDataViewType(ItemType.RawType, key.Count ?? KeyDataViewType.MaxCount(ItemType.RawType));
        Fields = [.. column.Source.SelectMany(range => Enumerable.Range(range.Min, range.Max.Value - range.Min + 1))];
        Type = Fields.Length > 1 || Array.Exists(column.Source, range => range.ForceVector)
            ? new VectorDataViewType(ItemType, Fields.Length)
            : ItemType;
    }

    public string Name { get; }

    public PrimitiveDataViewType ItemType { get; }

    public DataViewType Type { get; }

    public int[] Fields { get; }
}
