using System.Globalization;
using System.Text;

namespace Microsoft.ML.Data;

/// <summary>A confusion matrix as a table of text, laid out as ML.NET lays it out.</summary>
internal sealed class ConfusionTable
{
    private readonly ConfusionMatrix _matrix;
    private readonly string[] _names;
    private readonly int _cellWidth;
    private readonly bool _numbered;
    private readonly int _headWidth;
    private readonly StringBuilder _text = new();

    private ConfusionTable(ConfusionMatrix matrix, string[] names)
    {
        _matrix = matrix;
        _names = names;
        _cellWidth = names.Length == 2 ? 8 : 5;
        int longest = names.Max(name => name.Length);
        // Names that do not fit over a column are replaced there by numbers, which the rows then bear too.
        _numbered = longest > _cellWidth;
        _headWidth = Math.Max(9, _numbered ? longest + NumberWidth + 2 : longest);
    }

    private int NumberWidth => Invariant(_names.Length - 1).Length;

    public static string Format(ConfusionMatrix matrix, string[] names, bool isBinary)
    {
        var table = new ConfusionTable(matrix, names);
        if (isBinary)
            table.AppendRatio();
        table.AppendTable();
        return table._text.ToString();
    }

    private void AppendRatio()
    {
        double positives = _matrix.Counts[0].Sum();
        double negatives = _matrix.Counts[1].Sum();
        _text.Append(CultureInfo.InvariantCulture,
            $"TEST {_names[0].ToUpperInvariant()} RATIO:\t{positives / (positives + negatives):N4} ({positives:F1}/({positives:F1}+{negatives:F1}))");
    }

    private void AppendTable()
    {
        _text.AppendLine().AppendLine("Confusion table");
        string rule = string.Concat(Enumerable.Repeat(_names.Length > 2 ? "========" : "===========", _names.Length));
        AppendHead("").AppendLine(rule);
        AppendHead("PREDICTED");
        for (int i = 0; i < _names.Length; i++)
            AppendCell(_numbered ? Invariant(i) : _names[i]);
        _text.AppendLine(" Recall");
        AppendHead("TRUTH").AppendLine(rule);
        for (int i = 0; i < _names.Length; i++)
            AppendRow(i);
        AppendHead("").AppendLine(rule);
        AppendHead("Precision");
        foreach (double precision in _matrix.PerClassPrecision)
            AppendCell(precision.ToString("N4", CultureInfo.InvariantCulture));
        _text.AppendLine();
    }

    private void AppendRow(int index)
    {
        string name = _numbered ? $"{Invariant(index).PadLeft(NumberWidth)}. {_names[index].PadLeft(_headWidth - NumberWidth - 2)}" : _names[index];
        _text.Append(name.PadLeft(_headWidth)).Append(" ||");
        foreach (double count in _matrix.Counts[index])
            AppendCell(count.ToString("N0", CultureInfo.InvariantCulture));
        _text.Append(' ').AppendLine(_matrix.PerClassRecall[index].ToString("F4", CultureInfo.InvariantCulture).PadLeft(5));
    }

    private StringBuilder AppendHead(string head) => _text.Append(head.PadRight(_headWidth)).Append(" ||");

    private void AppendCell(string cell) => _text.Append(' ').Append(cell.PadLeft(_cellWidth)).Append(" |");

    private static string Invariant(int number) => number.ToString(CultureInfo.InvariantCulture);
}
