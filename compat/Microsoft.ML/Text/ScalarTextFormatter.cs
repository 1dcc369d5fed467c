using System.Text;

namespace Microsoft.ML.Data;

internal sealed class ScalarTextFormatter<T> : TextFormatter
{
    private readonly ValueGetter<T> _getter;
    private readonly Func<T, string> _format;
    private readonly char _separator;

    public ScalarTextFormatter(DataViewRow row, DataViewSchema.Column column, char separator)
    {
        _getter = row.GetGetter<T>(column);
        _format = TextFormats.For<T>(column.Type, separator);
        _separator = separator;
    }

    public override void Append(StringBuilder line)
    {
        T value = default;
        _getter(ref value);
        line.Append(_format(value)).Append(_separator);
    }
}
