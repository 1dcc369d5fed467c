using System.Globalization;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Parity.Pipelines;

/// <summary>Prints rows and values: numbers so that no two are printed alike.</summary>
internal static class Printer
{
    /// <summary>Prints a view's columns, with their slots' names, and all of its rows.</summary>
    public static void Print(IDataView view)
    {
        DataViewSchema.Column[] columns = [.. view.Schema.Where(column => !column.IsHidden)];
        foreach (DataViewSchema.Column column in columns)
            Console.WriteLine($"column {column.Name}: {column.Type}{Slots(column)}{Keys(column)}");
        using DataViewRowCursor cursor = view.GetRowCursor(columns);
        Func<string>[] getters = [.. columns.Select(column => Getter(cursor, column))];
        for (int row = 0; cursor.MoveNext(); row++)
        {
            Console.WriteLine($"row {row}");
            for (int i = 0; i < columns.Length; i++)
                Console.WriteLine($"  {columns[i].Name} = {getters[i]()}");
        }
    }

    /// <summary>A value as text.</summary>
    public static string Text<T>(T value) => value switch
    {
        null => "null",
        string text => Text(text.AsMemory()),
        ReadOnlyMemory<char> text => Cut(JsonSerializer.Serialize(text.ToString())),
        float number => number.ToString("R", CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    /// <summary>Values as text.</summary>
    public static string Texts<T>(IEnumerable<T> values) => $"[{string.Join(", ", values.Select(Text))}]";

    private static string Cut(string text) => text.Length <= 60 ? text : $"{text[..60]}… {text.Length}";

    private static Func<string> Getter(DataViewRow row, DataViewSchema.Column column) => column.Type switch
    {
        TextDataViewType => One<ReadOnlyMemory<char>>(row, column),
        BooleanDataViewType => One<bool>(row, column),
        KeyDataViewType => One<uint>(row, column),
        NumberDataViewType number => Number(number, One<float>, One<int>, One<long>, One<double>)(row, column),
        VectorDataViewType { ItemType: TextDataViewType } => Many<ReadOnlyMemory<char>>(row, column),
        VectorDataViewType { ItemType: NumberDataViewType number } =>
            Number(number, Many<float>, Many<int>, Many<long>, Many<double>)(row, column),
        _ => () => "?",
    };

    private static Func<DataViewRow, DataViewSchema.Column, Func<string>> Number(
        NumberDataViewType type,
        Func<DataViewRow, DataViewSchema.Column, Func<string>> single,
        Func<DataViewRow, DataViewSchema.Column, Func<string>> whole,
        Func<DataViewRow, DataViewSchema.Column, Func<string>> longer,
        Func<DataViewRow, DataViewSchema.Column, Func<string>> precise) =>
        type.RawType == typeof(float) ? single : type.RawType == typeof(int) ? whole : type.RawType == typeof(long) ? longer : precise;

    private static Func<string> One<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default!;
            getter(ref value);
            return Text(value);
        };
    }

    private static Func<string> Many<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        return () =>
        {
            VBuffer<T> value = default;
            getter(ref value);
            return Texts(value.DenseValues());
        };
    }

    private static string Slots(DataViewSchema.Column column)
    {
        if (!column.HasSlotNames())
            return "";
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return $", slots {Texts(names.DenseValues())}";
    }

    private static string Keys(DataViewSchema.Column column)
    {
        if (column.Type is not KeyDataViewType || !column.HasKeyValues())
            return "";
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetKeyValues(ref names);
        return $", keys {Texts(names.DenseValues())}";
    }
}
