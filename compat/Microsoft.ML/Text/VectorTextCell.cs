namespace Microsoft.ML.Data;

internal sealed class VectorTextCell<T> : TextCell
{
    private readonly TextColumn _column;
    private readonly TextParser<T> _parse;
    private readonly Action _checkPositioned;
    private readonly T[] _values;

    public VectorTextCell(TextColumn column, Action checkPositioned)
    {
        _column = column;
        _parse = TextParsers.For<T>(column.ItemType);
        _checkPositioned = checkPositioned;
        _values = new T[column.Fields.Length];
    }

    public override Delegate Getter => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
    {
        _checkPositioned();
        VBuffer<T>.Copy(_values, 0, ref value, _values.Length);
    });

    public override void Read(FieldSplitter fields, long line)
    {
        for (int slot = 0; slot < _values.Length; slot++)
        {
            var field = fields[_column.Fields[slot]];
            if (!_parse(field, out _values[slot]))
                throw TextParsers.Failed($"Could not parse value {field} in slot {slot} of column {_column.Name} in line {line}");
        }
    }
}
