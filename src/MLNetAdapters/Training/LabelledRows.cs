using BertMLNet.Training;
using Microsoft.ML;

namespace BertMLNet;

/// <summary>Reads the labelled texts of data for training.</summary>
internal static class LabelledRows
{
    /// <summary>A source over a view's rows.</summary>
    /// <param name="name">What to call the data in messages.</param>
    /// <param name="data">The data.</param>
    /// <param name="texts">The text columns, one or two.</param>
    /// <param name="label">Reads the label column, <paramref name="labelColumn"/>.</param>
    /// <param name="labelColumn">The label's column.</param>
    public static IPairSource Open(string name, IDataView data, IReadOnlyList<string> texts, LabelReader label, string labelColumn) =>
        new PairsInMemory(name, Read(data, texts, label, labelColumn), hasPairs: texts.Count > 1, label.Names);

    private static IEnumerable<(string Sentence1, string? Sentence2, string Label)> Read(
        IDataView data, IReadOnlyList<string> texts, LabelReader label, string labelColumn)
    {
        using DataViewRowCursor cursor = data.GetRowCursor(texts.Append(labelColumn).Select(name => data.Schema[name]));
        ValueGetter<ReadOnlyMemory<char>>[] getters = [.. texts.Select(name => cursor.GetGetter<ReadOnlyMemory<char>>(cursor.Schema[name]))];
        Func<string> readLabel = label.Read(cursor);
        ReadOnlyMemory<char> text = default;
        while (cursor.MoveNext())
        {
            getters[0](ref text);
            string first = text.ToString();
            string? second = null;
            if (getters.Length > 1)
            {
                getters[1](ref text);
                second = text.ToString();
            }
            yield return (first, second, readLabel());
        }
    }
}
