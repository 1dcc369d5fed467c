using System.Text;

namespace Microsoft.ML.Data;

/// <summary>Writes one column of a row as text, each value with the separator behind it.</summary>
internal abstract class TextFormatter
{
    public const string Empty = "\"\"";

    public static TextFormatter Create(DataViewRow row, DataViewSchema.Column column, char separator)
    {
        var formatter = column.Type is VectorDataViewType ? typeof(VectorTextFormatter<>) : typeof(ScalarTextFormatter<>);
        return (TextFormatter)Activator.CreateInstance(formatter.MakeGenericType(column.Type.ItemType().RawType), row, column, separator);
    }

    public abstract void Append(StringBuilder line);

    /// <summary>Text as a field: in quotes when it is empty, begins with a blank, or holds a separator, quote, colon or line feed.</summary>
    public static string Quote(ReadOnlySpan<char> text, char separator)
    {
        if (text.IsEmpty)
            return Empty;
        bool plain = text[0] != ' ' && text.IndexOfAny(['"', separator, ':', '\n']) < 0;
        return plain ? text.ToString() : $"\"{text.ToString().Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
