namespace Microsoft.ML.Data;

internal sealed class ScalarTextCell<T> : TextCell
{
    private readonly TextColumn _column;
    private readonly TextParser<T> _parse;
    private readonly Action _checkPositioned;
    private T _value;

    public ScalarTextCell(TextColumn column, Action checkPositioned)
    {
        _column = column;
        _parse = TextParsers.For<T>(column.ItemType);
        _checkPositioned = checkPositioned;
    }

    public override Delegate Getter => (ValueGetter<T>)((ref T value) =>
    {
        _checkPositioned();
        value = _value;
    });

    public override void Read(FieldSplitter fields, long line)
    {
        var field = fields[_column.Fields[0]];
        if (!_parse(field, out _value))
            throw TextParsers.Failed($"Could not parse value {field} in line {line}, column {_column.Name}");
    }
}
