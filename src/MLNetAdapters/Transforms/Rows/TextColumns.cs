using BertMLNet.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>
/// The text columns that an estimator reads: whether they are there, and their texts. Errors name the column, as ML.NET's do.
/// </summary>
internal static class TextColumns
{
    /// <summary>The one or two columns of texts.</summary>
    public static string[] Names(string first, string? second) => second is null ? [first] : [first, second];

    /// <summary>Checks a schema of data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is not text.</exception>
    public static void Check(DataViewSchema inputSchema, IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            DataViewSchema.Column column = inputSchema.GetColumnOrNull(name)
                ?? throw Missing(nameof(inputSchema), name, inputSchema.Where(other => !other.IsHidden).Select(other => other.Name));
            if (column.Type is not TextDataViewType)
                throw NotText(nameof(inputSchema), name, column.Type.ToString()!);
        }
    }

    /// <summary>Checks a shape of data to come.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is not text.</exception>
    public static void Check(SchemaShape inputSchema, IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            SchemaShape.Column column = Find(inputSchema, name);
            if (column.Kind != SchemaShape.Column.VectorKind.Scalar || column.ItemType is not TextDataViewType)
            {
                throw NotText(
                    nameof(inputSchema),
                    name,
                    column.Kind == SchemaShape.Column.VectorKind.Scalar ? $"{column.ItemType}" : $"Vector<{column.ItemType}>");
            }
        }
    }

    /// <summary>Finds a column of data to come.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing.</exception>
    public static SchemaShape.Column Find(SchemaShape inputSchema, string name)
    {
        int index = inputSchema.Select(column => column.Name).ToList().IndexOf(name);
        return index >= 0 ? inputSchema[index] : throw Missing(nameof(inputSchema), name, inputSchema.Select(other => other.Name));
    }

    /// <summary>A function that reads the one or two texts of the row that <paramref name="row"/> stands on.</summary>
    public static Func<TextPair> Reader(DataViewRow row, IReadOnlyList<string> names)
    {
        ValueGetter<ReadOnlyMemory<char>>[] getters = [.. names.Select(name => row.GetGetter<ReadOnlyMemory<char>>(row.Schema[name]))];
        ReadOnlyMemory<char> first = default, second = default;
        return () =>
        {
            getters[0](ref first);
            if (getters.Length > 1)
                getters[1](ref second);
            // A bare null would become an empty text here, which is not the same as none.
            return new TextPair(first, getters.Length > 1 ? second : (ReadOnlyMemory<char>?)null);
        };
    }

    private static ArgumentOutOfRangeException Missing(string parameter, string name, IEnumerable<string> columns) =>
        new(parameter, $"Could not find input column '{name}': the data has {string.Join(", ", columns.Select(column => $"'{column}'"))}.");

    private static ArgumentOutOfRangeException NotText(string parameter, string name, string type) =>
        new(parameter, $"Input column '{name}' must be text (String) but is {type}.");
}
