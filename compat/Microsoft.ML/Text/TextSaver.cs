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
        if (_schema)
            WriteSchema(writer, columns);
        if (_header)
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

    private void WriteSchema(StreamWriter writer, DataViewSchema.Column[] columns)
    {
        writer.WriteLine("#@ TextLoader{");
        if (_header)
            writer.WriteLine("#@   header+");
        writer.WriteLine($"#@   sep={_separator switch { ' ' => "space", '\t' => "tab", ',' => "comma", ';' => "semicolon", _ => "bar" }}");
        int index = 0;
        foreach (var column in columns)
        {
            int size = column.Type is VectorDataViewType vector ? vector.Size : 1;
            string range = column.Type is not VectorDataViewType ? $"{index}" : size == 0 ? $"{index}-**" : $"{index}-{index + size - 1}";
            writer.WriteLine($"#@   col={column.Name}:{Kind(column.Type.ItemType())}:{range}");
            index += size;
        }

        writer.WriteLine("#@ }");
    }

    private static string Kind(DataViewType type)
    {
        string kind = PrimitiveTypes.KindOf((PrimitiveDataViewType)type) switch
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
        return type is KeyDataViewType key ? $"{kind}[{key.Count}]" : kind;
    }
}
