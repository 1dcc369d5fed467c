using System.Text;

namespace Microsoft.ML.Data;

internal sealed class VectorTextFormatter<T> : TextFormatter
{
    private readonly ValueGetter<VBuffer<T>> _getter;
    private readonly Func<T, string> _format;
    private readonly char _separator;
    private VBuffer<T> _value;

    public VectorTextFormatter(DataViewRow row, DataViewSchema.Column column, char separator)
    {
        _getter = row.GetGetter<VBuffer<T>>(column);
        _format = TextFormats.For<T>(column.Type.ItemType(), separator);
        _separator = separator;
    }

    public override void Append(StringBuilder line)
    {
        _getter(ref _value);
        foreach (var (_, item) in _value.Items(all: true))
            line.Append(_format(item)).Append(_separator);
    }
}
