using System.Text;

namespace Microsoft.ML.Data;

/// <summary>
/// Writes a view as text that a text loader reads back. Rows are always written dense: ML.NET writes long rows of
/// defaults sparse unless forceDense says otherwise.
/// </summary>
internal sealed class TextSaver
{
    private readonly char _separator;
    private readonly bool _header;
    private readonly bool _schema;

    public TextSaver(char separator, bool header, bool schema)
    {
        Check.Parameter(separator is ' ' or '\t' or ',' or ';' or '|', nameof(separator), "Invalid separator - must be: space, tab, comma, semicolon, or bar");
        _separator = separator;
        _header = header;
        _schema = schema;
    }

    public void Save(IDataView data, Stream stream, bool keepHidden)
    {
        DataViewSchema.Column[] columns = [.. data.Schema.Where(column => keepHidden || !column.IsHidden)];
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: -1, leaveOpen: true);
        // Vectors without slot names have nothing to say in a header.
        bool header = _header && Array.Exists(columns, column => column.Type is not VectorDataViewType || column.HasSlotNames());
        if (_schema)
            WriteSchema(writer, columns, header);
        if (header)
            writer.WriteLine(string.Join(_separator, columns.SelectMany(Header)));

        using var cursor = data.GetRowCursor(columns);
        TextFormatter[] formatters = [.. columns.Select(column => TextFormatter.Create(cursor, column, _separator))];
        var line = new StringBuilder();
        while (cursor.MoveNext())
        {
            line.Clear();
            foreach (var formatter in formatters)
                formatter.Append(line);
            writer.WriteLine(line.ToString(0, Math.Max(0, line.Length - 1)));
        }
    }

    /// <summary>A column's name, or a vector's slot names, of which those missing are empty.</summary>
    private IEnumerable<string> Header(DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType vector)
            return [TextFormatter.Quote(column.Name, _separator)];
        if (!column.HasSlotNames())
            return Enumerable.Repeat(TextFormatter.Empty, vector.Size);
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return names.DenseValues().Select(name => TextFormatter.Quote(name.Span, _separator));
    }

    private void WriteSchema(StreamWriter writer, DataViewSchema.Column[] columns, bool header)
    {
        writer.WriteLine("#@ TextLoader{");
        if (header)
            writer.WriteLine("#@   header+");
        writer.WriteLine($"#@   sep={_separator switch { ' ' => "space", '\t' => "tab", ',' => "comma", ';' => "semicolon", _ => "bar" }}");
        int? index = 0;
        foreach (var column in columns)
        {
            writer.WriteLine($"#@   col={(index is { } first ? Place(column, first) : PlaceUnknown(column))}");
            // Nobody knows where what stands behind a vector of variable size begins.
            index = column.Type is VectorDataViewType { IsKnownSize: false } ? null : index + SizeOf(column);
        }

        writer.WriteLine("#@ }");
    }

    private static string Place(DataViewSchema.Column column, int first)
    {
        string key = column.Type.ItemType() is KeyDataViewType type ? $"[{type.Count}]" : "";
        string range = column.Type switch
        {
            VectorDataViewType { IsKnownSize: true } vector => $"{first}-{first + vector.Size - 1}",
            VectorDataViewType => $"{first}-**",
            _ => $"{first}",
        };
        return $"{column.Name}:{Kind(column.Type.ItemType())}{key}:{range}";
    }

    /// <summary>The form that ML.NET falls back to: only what differs from a single number, and ranges as if they began at -1.</summary>
    private static string PlaceUnknown(DataViewSchema.Column column)
    {
        string kind = Kind(column.Type.ItemType());
        string type = kind == "R4" ? "" : $" type={kind}";
        string key = column.Type.ItemType() is KeyDataViewType keys ? $" key={keys.Count}" : "";
        string range = column.Type switch
        {
            VectorDataViewType { IsKnownSize: true } vector => $" max={vector.Size - 2} vector=+",
            VectorDataViewType => " var=+",
            _ => "",
        };
        return $"{{name={column.Name}{type} src={{ min=-1{range}}}{key}}}";
    }

    private static int SizeOf(DataViewSchema.Column column) => column.Type is VectorDataViewType vector ? vector.Size : 1;

    private static string Kind(DataViewType type) => PrimitiveTypes.KindOf((PrimitiveDataViewType)type) switch
    {
        DataKind.SByte => "I1",
        DataKind.Byte => "U1",
        DataKind.Int16 => "I2",
        DataKind.UInt16 => "U2",
        DataKind.Int32 => "I4",
        DataKind.UInt32 => "U4",
        DataKind.Int64 => "I8",
        DataKind.UInt64 => "U8",
        DataKind.Single => "R4",
        DataKind.Double => "R8",
        DataKind.String => "TX",
        DataKind.Boolean => "BL",
        DataKind.TimeSpan => "TS",
        DataKind.DateTime => "DT",
        _ => "DZ",
    };
}
