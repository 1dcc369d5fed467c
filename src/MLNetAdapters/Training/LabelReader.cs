using System.Globalization;
using BertMLNet.Scoring;
using BertMLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>
/// Reads the labelled texts of data for training; the label column may be of any supported type and is read as the labels' names.
/// </summary>
internal sealed class LabelReader
{
    private readonly string _column;
    private readonly Func<DataViewRow, Func<string?>> _text;

    private LabelReader(string column, IReadOnlyList<string> names, Func<DataViewRow, Func<int?>> index)
        : this(column, row => Named(names, index(row))) => Names = names;

    private LabelReader(string column, Func<DataViewRow, Func<string?>> text) => (_column, _text) = (column, text);

    /// <summary>The labels in the order that the column's type gives them; null for text, which has none.</summary>
    public IReadOnlyList<string>? Names { get; }

    /// <summary>Finds out what the column holds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing, or of a type that is no label.</exception>
    public static LabelReader For(DataViewSchema inputSchema, string name, LabelKind kind)
    {
        DataViewSchema.Column column = inputSchema.GetColumnOrNull(name)
            ?? throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Could not find label column '{name}'.");
        switch (column.Type)
        {
            case BooleanDataViewType when kind == LabelKind.Boolean:
                return new(name, ["false", "true"], row => Index<bool>(row, name, value => value ? 1 : 0));
            case NumberDataViewType number when kind == LabelKind.Number && number.RawType == typeof(float):
                return new(name, row => Value<float>(row, name, value => value.ToString(CultureInfo.InvariantCulture)));
            case NumberDataViewType number when kind == LabelKind.Number && number.RawType == typeof(double):
                return new(name, row => Value<double>(row, name, value => value.ToString(CultureInfo.InvariantCulture)));
            case TextDataViewType when kind == LabelKind.Text:
                return new(name, row => Value<ReadOnlyMemory<char>>(row, name, value => value.IsEmpty ? null : value.ToString()));
            case KeyDataViewType key when kind == LabelKind.Text && KeyNames(column) is { } names:
                return new(name, names, row => KeyIndex(row, name, key.RawType));
            default:
                throw new ArgumentOutOfRangeException(nameof(inputSchema), WrongType(name, kind, column.Type));
        }
    }

    /// <summary>Finds the column in a shape, and checks what it will hold as far as a shape tells.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing, or of a type that is no label.</exception>
    public static SchemaShape.Column Find(SchemaShape inputSchema, string name, LabelKind kind)
    {
        SchemaShape.Column column = TextColumns.Find(inputSchema, name);
        bool fits = column.Kind == SchemaShape.Column.VectorKind.Scalar
            && kind switch
            {
                LabelKind.Boolean => column.ItemType is BooleanDataViewType,
                LabelKind.Number => !column.IsKey
                    && (column.ItemType.RawType == typeof(float) || column.ItemType.RawType == typeof(double)),
                _ => column.IsKey || column.ItemType is TextDataViewType,
            };
        return fits ? column : throw new ArgumentOutOfRangeException(nameof(inputSchema), WrongType(name, kind, column.ItemType));
    }

    /// <summary>A source over a view's rows.</summary>
    /// <param name="name">What to call the data in messages.</param>
    /// <param name="data">The data.</param>
    /// <param name="texts">The text columns, one or two.</param>
    public IPairSource Open(string name, IDataView data, IReadOnlyList<string> texts) =>
        new PairsInMemory(name, Read(data, texts), hasPairs: texts.Count > 1, Names);

    private IEnumerable<(string Sentence1, string? Sentence2, string Label)> Read(IDataView data, IReadOnlyList<string> texts)
    {
        using DataViewRowCursor cursor = data.GetRowCursor(texts.Append(_column).Select(name => data.Schema[name]));
        Func<TextPair> readTexts = TextColumns.Reader(cursor, texts);
        Func<string> readLabel = Read(cursor);
        while (cursor.MoveNext())
        {
            TextPair pair = readTexts();
            yield return (pair.First.ToString(), pair.Second?.ToString(), readLabel());
        }
    }

    /// <summary>A function that reads the label of the row that <paramref name="row"/> stands on, as text.</summary>
    private Func<string> Read(DataViewRow row)
    {
        Func<string?> text = _text(row);
        return () => text() ?? throw Missing(row);
    }

    private static Func<string?> Named(IReadOnlyList<string> names, Func<int?> index) => () => index() is { } known ? names[known] : null;

    private static Func<string?> Value<T>(DataViewRow row, string name, Func<T, string?> toText)
    {
        ValueGetter<T> getter = row.GetGetter<T>(row.Schema[name]);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return toText(value);
        };
    }

    private static Func<int?> KeyIndex(DataViewRow row, string name, Type raw)
    {
        if (raw == typeof(byte))
            return Index<byte>(row, name, value => value - 1);
        if (raw == typeof(ushort))
            return Index<ushort>(row, name, value => value - 1);
        return raw == typeof(uint)
            ? Index<uint>(row, name, value => (int)value - 1)
            : Index<ulong>(row, name, value => (int)value - 1);
    }

    /// <summary>Key 0 is the missing value and gives a negative index, and so null.</summary>
    private static Func<int?> Index<T>(DataViewRow row, string name, Func<T, int> toIndex)
    {
        ValueGetter<T> getter = row.GetGetter<T>(row.Schema[name]);
        T value = default!;
        return () =>
        {
            getter(ref value);
            int index = toIndex(value);
            return index < 0 ? null : index;
        };
    }

    /// <summary>What a column's keys stand for, texts or whole numbers; null where they stand for nothing or for something else.</summary>
    private static string[]? KeyNames(DataViewSchema.Column column) =>
        (column.Annotations.Schema.GetColumnOrNull("KeyValues")?.Type as VectorDataViewType)?.ItemType switch
        {
            TextDataViewType => KeyNames<ReadOnlyMemory<char>>(column),
            NumberDataViewType { RawType: var raw } when raw == typeof(int) => KeyNames<int>(column),
            NumberDataViewType { RawType: var raw } when raw == typeof(uint) => KeyNames<uint>(column),
            NumberDataViewType { RawType: var raw } when raw == typeof(long) => KeyNames<long>(column),
            NumberDataViewType { RawType: var raw } when raw == typeof(ulong) => KeyNames<ulong>(column),
            NumberDataViewType { RawType: var raw } when raw == typeof(short) => KeyNames<short>(column),
            NumberDataViewType { RawType: var raw } when raw == typeof(ushort) => KeyNames<ushort>(column),
            NumberDataViewType { RawType: var raw } when raw == typeof(sbyte) => KeyNames<sbyte>(column),
            NumberDataViewType { RawType: var raw } when raw == typeof(byte) => KeyNames<byte>(column),
            _ => null,
        };

    private static string[] KeyNames<T>(DataViewSchema.Column column)
    {
        VBuffer<T> names = default;
        column.GetKeyValues(ref names);
        return [.. names.DenseValues().Select(name => Convert.ToString(name, CultureInfo.InvariantCulture)!)];
    }

    private BertMLNetException Missing(DataViewRow row) =>
        new($"column '{_column}', row {(row.Position + 1).ToString(CultureInfo.InvariantCulture)}: the label is missing; "
            + "filter such rows out before training.");

    private static string WrongType(string name, LabelKind kind, DataViewType type)
    {
        string expected = kind switch
        {
            LabelKind.Boolean => "Boolean",
            LabelKind.Number => "a number (Single or Double)",
            _ => "text (String) or a key over text or whole numbers",
        };
        return $"Label column '{name}' must be {expected} but is {type}.";
    }
}

/// <summary>What a label's column holds.</summary>
internal enum LabelKind
{
    /// <summary>Text, or a key over text: a class.</summary>
    Text,

    /// <summary>A Boolean: one of two classes.</summary>
    Boolean,

    /// <summary>A Single or a Double: a value.</summary>
    Number,
}
